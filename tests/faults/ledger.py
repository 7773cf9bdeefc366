"""What was sent and what was acknowledged, and whether the database agrees."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from staff.models import AuditEvent
from tests.filled_forms import PageForm
from trajectories.models import Contact, Employer

AS_THE_FORM_SAYS = "%d-%m-%Y %H:%M"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AT_A_DISTANCE = ("telefoon", "beeldbellen")


@dataclass
class Write:
    """One contact that somebody sent, with the form as it was filled in."""

    by: str
    form: PageForm
    sent_at: float = field(default_factory=time.monotonic)
    acknowledged_at: float | None = None
    answer: str = "none"

    @property
    def public_id(self) -> str:
        return self.form.values["form_number"][0]

    def facts(self) -> dict[str, object]:
        """The row that this form must become."""
        sent = {name: values[0] for name, values in self.form.values.items() if values}
        with_employer = sent["kind"] == "werkgever"
        return {
            "staff__username": self.by,
            "client__public_id": sent["client"],
            "kind": sent["kind"],
            "location": sent["location"],
            "occurred_at": datetime.strptime(sent["occurred_at"], AS_THE_FORM_SAYS).replace(tzinfo=AMSTERDAM),
            "minutes": int(sent["minutes"]),
            "face_to_face": sent["face_to_face"] == "yes" and sent["location"] not in AT_A_DISTANCE,
            "note": sent["note"],
            "employer__name": sent["employer_name"] if with_employer else None,
            "hiring_manager": ("hiring_manager" in sent) if with_employer else None,
        }


class Ledger:
    """Every write of every thread, of the whole run."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self._lock = threading.Lock()

    def add(self, write: Write) -> Write:
        with self._lock:
            self.writes.append(write)
        return write

    def acknowledged(self) -> list[Write]:
        return [write for write in self.writes if write.acknowledged_at is not None]

    def unacknowledged(self) -> list[Write]:
        return [write for write in self.writes if write.acknowledged_at is None]

    def first_after(self, moment: float) -> Write | None:
        """The first write that was sent after this moment and was acknowledged."""
        found = [write for write in self.acknowledged() if write.sent_at >= moment]
        return min(found, key=lambda write: write.acknowledged_at, default=None)


@dataclass(frozen=True)
class Comparison:
    """The ledger against the database. All but `unanswered_written` must be empty."""

    lost: list[str]
    double: list[str]
    half: list[str]
    strange: list[str]
    unanswered_written: int

    def faults(self) -> list[str]:
        named = {"lost": self.lost, "double": self.double, "half": self.half, "from nowhere": self.strange}
        return [f"{len(ids)} {name}: {ids[:3]}" for name, ids in named.items() if ids]


def compare(ledger: Ledger, people: list[str]) -> Comparison:
    """Every acknowledged contact is there once with every field as sent, the others whole or not at all."""
    sent = {write.public_id: write for write in ledger.writes}
    fields = [name for name in next(iter(sent.values())).facts() if name != "client__public_id"]
    rows = Contact.objects.filter(staff__username__in=people).values(
        "public_id", "client__public_id", *fields
    )
    stored = Counter(str(row["public_id"]) for row in rows)
    lines = Counter(
        str(target) for target in _lines("contact_written", people).values_list("target_id", flat=True)
    )
    half = [str(row["public_id"]) for row in rows if not _is_as_sent(row, sent.get(str(row["public_id"])))]
    half += [key for key in stored.keys() | lines.keys() if stored[key] != lines[key]]
    return Comparison(
        lost=[write.public_id for write in ledger.acknowledged() if not stored[write.public_id]],
        double=[key for key in stored.keys() | lines.keys() if max(stored[key], lines[key]) > 1],
        half=[*half, *_employers_without_contact(people)],
        strange=[key for key in stored if key not in sent],
        unanswered_written=sum(bool(stored[write.public_id]) for write in ledger.unacknowledged()),
    )


def _is_as_sent(row: dict, write: Write | None) -> bool:
    if write is None:
        return True  # counted as from nowhere
    return all(
        (str(row[name]) if name == "client__public_id" else row[name]) == value
        for name, value in write.facts().items()
    )


def _employers_without_contact(people: list[str]) -> list[str]:
    """An employer comes with the first contact, in one transaction: never alone, never without its line."""
    made = Employer.objects.filter(public_id__in=_lines("employer_recorded", people).values("target_id"))
    return [str(employer.public_id) for employer in made.filter(contacts=None)]


def _lines(action: str, people: list[str]):
    return AuditEvent.objects.filter(action=action, by__username__in=people)

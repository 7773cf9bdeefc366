"""Contacts of the past come in through the import, as from the system that an organisation leaves behind."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ipsplatform.common.errors import RuleError
from ipsplatform.demo.crew import Crew
from ipsplatform.demo.plan import ContactPlan
from trajectories.case_import.tables.running import import_cases
from trajectories.case_import.tables.source import FolderSource


def import_contacts(contacts: Iterable[tuple[str, ContactPlan]], *, crew: Crew) -> None:
    """Import contacts, each with the number of its client. Raises RuleError when a row is refused."""
    rows = list(_rows(contacts, crew))
    if not rows:
        return
    with TemporaryDirectory() as folder:
        with (Path(folder) / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        report = import_cases(
            source=FolderSource(Path(folder)), dry_run=False, skip_invalid=False, by=crew.members["beheerder"]
        )
    if report.is_refused:
        raise RuleError(report.refusals[0].reason)


def _rows(contacts: Iterable[tuple[str, ContactPlan]], crew: Crew) -> Iterator[dict[str, object]]:
    for number, (client_number, contact) in enumerate(contacts, start=1):
        yield {
            "contact_number": f"D{number:06d}",
            "staff_number": crew.members[contact.by].staff_number,
            "client_number": client_number,
            "employer": contact.employer,
            "occurred_at": contact.at.isoformat(sep=" ", timespec="minutes"),
            "minutes": contact.minutes,
            "kind": contact.kind,
            "face_to_face": _yes_or_no(contact.face_to_face),
            "hiring_manager": _yes_or_no(contact.hiring_manager),
            "location": contact.location,
            "note": contact.note,
        }


def _yes_or_no(flag: bool | None) -> str:
    return "" if flag is None else "ja" if flag else "nee"

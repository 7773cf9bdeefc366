"""Contacts of the past come in through the import, as from the system that an organisation leaves behind."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ipsplatform.common.errors import RuleError
from ipsplatform.demo.crew import Crew
from ipsplatform.demo.plan import ContactPlan
from trajectories.case_import.files.running import import_cases
from trajectories.case_import.files.source import FolderSource

COLUMNS = (
    "contact_number",
    "staff_number",
    "client_number",
    "employer",
    "occurred_at",
    "minutes",
    "kind",
    "face_to_face",
    "hiring_manager",
    "location",
    "note",
)


def import_contacts(contacts: Iterable[tuple[str, ContactPlan]], *, crew: Crew) -> None:
    """Import contacts, each with the number of its client. Raises RuleError when a row is refused."""
    with TemporaryDirectory() as folder:
        with (Path(folder) / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_rows(contacts, crew))
        report = import_cases(
            source=FolderSource(Path(folder)), dry_run=False, skip_invalid=False, by=crew.members["beheerder"]
        )
    if report.is_refused:
        raise RuleError(report.refusals[0].reason)


def _rows(contacts: Iterable[tuple[str, ContactPlan]], crew: Crew) -> Iterator[tuple[object, ...]]:
    for number, (client_number, contact) in enumerate(contacts, start=1):
        yield (
            f"D{number:06d}",
            crew.members[contact.by].staff_number,
            client_number,
            contact.employer,
            contact.at.isoformat(sep=" ", timespec="minutes"),
            contact.minutes,
            contact.kind,
            _yes_or_no(contact.face_to_face),
            _yes_or_no(contact.hiring_manager),
            contact.location,
            contact.note,
        )


def _yes_or_no(flag: bool | None) -> str:
    return "" if flag is None else "ja" if flag else "nee"

"""The copy of a client's data as a file for machines: docs/client-data-2.schema.json describes it."""

from django.utils import timezone

from clients.access_review.pages import FileAccessLine, file_access_lines, list_lines
from clients.models import ClientExport
from trajectories.client_data.selectors import ClientData, Section, value_of
from trajectories.file.pages.history import HistoryLine, history_lines

FORMAT, VERSION = "ipsplatform.client-data", 2


def as_machine_copy(data: ClientData, export: ClientExport) -> dict:
    """One JSON object. A new field or a new meaning gets another version."""
    person, *others = data.sections
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": timezone.localtime(export.made_at).isoformat(timespec="seconds"),
        "person": _row(data, person, person.rows[0]),
        **{section.key: [_row(data, section, row) for row in section.rows] for section in others},
        "access": [_access(line) for line in (*file_access_lines(data.access), *list_lines(data.lists))],
        "changes": [_change(line) for line in history_lines(data.changes)],
        "left_out": [{"field": field, "reason": reason} for (field, _row_id), reason in data.reasons.items()],
    }


def _row(data: ClientData, section: Section, row) -> dict:
    return {name: value_of(data, row, name) for name in section.given.fields}


def _access(line: FileAccessLine) -> dict:
    return {
        "day": line.day.isoformat(),
        "who": line.who,
        "what": line.what,
        "why": line.why,
        "times": line.times,
        "refused": line.is_refused,
    }


def _change(line: HistoryLine) -> dict:
    return {
        "at": line.at.isoformat(timespec="seconds"),
        "what": line.action,
        "fields": [change.field for change in line.changes],
    }

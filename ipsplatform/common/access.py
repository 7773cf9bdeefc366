"""What only a view knows about an answer, for the line of the access log that is written after it."""

from uuid import UUID

from django.http import HttpRequest


def note_rows(request: HttpRequest, rows: int) -> None:
    """How many rows the page or the file holds."""
    request.access_rows = rows


def note_client(request: HttpRequest, client_id: UUID) -> None:
    """Which client it is about, where the address does not tell."""
    request.access_client = client_id


def note_emergency(request: HttpRequest) -> None:
    """The file was opened with emergency access."""
    request.access_emergency = True


def note_consent(request: HttpRequest, *, is_given: bool) -> None:
    """What was asked needed the client's recorded yes, and whether it was there."""
    request.access_consent = is_given


def note_refused(request: HttpRequest) -> None:
    """What was asked was refused, although the answer is an ordinary page."""
    request.access_refused = True

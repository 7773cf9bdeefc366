"""What only a view knows about an answer, for the line of the access log that is written after it."""

from uuid import UUID

from django.http import HttpRequest


def note_rows(request: HttpRequest, rows: int) -> None:
    """Note how many rows the page or the file holds."""
    request.access_rows = rows


def note_client(request: HttpRequest, client_id: UUID) -> None:
    """Note which client it is about, where the address does not tell."""
    request.access_client = client_id


def note_emergency(request: HttpRequest) -> None:
    """Note that the file was opened with emergency access."""
    request.access_emergency = True


def note_consent(request: HttpRequest, *, is_given: bool) -> None:
    """Note that the request needed the client's recorded consent, and whether it was there."""
    request.access_consent = is_given


def note_refused(request: HttpRequest) -> None:
    """Note that the request was refused, although the answer is an ordinary page."""
    request.access_refused = True

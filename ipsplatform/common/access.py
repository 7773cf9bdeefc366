"""What only a view knows about an answer, for the line of the access log that is written after it."""

from uuid import UUID

from django.http import HttpRequest


class NotedRequest(HttpRequest):
    """A request with its number and what views noted. Only a type: requests are never made of this class."""

    number: UUID
    access_rows: int
    access_client: UUID
    access_emergency: bool
    access_consent: bool
    access_refused: bool


def note_rows(request: NotedRequest, rows: int) -> None:
    """How many rows the page or the file holds."""
    request.access_rows = rows


def note_client(request: NotedRequest, client_id: UUID) -> None:
    """Which client it is about, where the address does not tell."""
    request.access_client = client_id


def note_emergency(request: NotedRequest) -> None:
    """The file was opened with emergency access."""
    request.access_emergency = True


def note_consent(request: NotedRequest, *, is_given: bool) -> None:
    """What was asked needed the client's recorded yes, and whether it was there."""
    request.access_consent = is_given


def note_refused(request: NotedRequest) -> None:
    """What was asked was refused, although the answer is an ordinary page."""
    request.access_refused = True

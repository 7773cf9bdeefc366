"""What a view says of itself and of its answer, for the line of the access log that is written after it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]
SAFE = ("GET", "HEAD")


class AccessAction(models.TextChoices):
    """What was done, in the letters of NEN 7513."""

    CREATE = "C", _("added")
    READ = "R", _("looked at")
    UPDATE = "U", _("changed")
    DELETE = "D", _("removed")
    EXECUTE = "E", _("exported or carried out")


@dataclass(slots=True)
class AccessNotes:
    """What only the view knows; None is not noted."""

    rows: int | None = None  # that the page or the file holds
    client: UUID | None = None  # where the address does not tell
    shown: set[tuple[UUID, str]] = field(default_factory=set)  # others, each with the part of their file
    listed: set[UUID] = field(default_factory=set)  # whose names stand on a page about nobody in particular
    has_consent: bool | None = None  # what was asked needed the client's recorded yes: was it there?
    is_emergency: bool = False  # opened with emergency access
    is_refused: bool = False  # refused, although the answer is an ordinary page
    is_turned_away: bool = False  # had to wait: whether it fits was not weighed
    closed_account: Any = None  # whose sign-in was right, and may not sign in any more
    action: AccessAction | None = None  # where one address does several things

    def lists(self, client_ids: Iterable[UUID]) -> None:
        """The page names these clients, with at most what a list tells of somebody (ADR 42)."""
        self.listed.update(client_ids)

    def shows(self, client_ids: Iterable[UUID], *, part: str) -> None:
        """The page shows content of the files of these clients: each gets a line of the log (ADR 42)."""
        self.shown.update((client_id, part) for client_id in client_ids)

    def refuse(self) -> None:
        """What was asked was not done, although the answer is an ordinary page or leads elsewhere."""
        self.is_refused, self.action = True, AccessAction.READ

    def turn_away(self) -> None:
        """Refused without a look at what was sent; somebody who is not signed in leaves no line (ADR 42)."""
        self.refuse()
        self.is_turned_away = True


def notes_of(request: HttpRequest) -> AccessNotes:
    """The notes of this request, to read and to add to."""
    return request.__dict__.setdefault("access_notes", AccessNotes())


def _view_that(action: AccessAction, *methods: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        answer = require_http_methods(methods)(view)
        answer.__dict__["does"] = action
        return answer

    return mark


reads = _view_that(AccessAction.READ, *SAFE)
exports = _view_that(AccessAction.EXECUTE, *SAFE)


def form_to(action: AccessAction) -> Callable[[View], View]:
    """A view that shows a form, and does `action` when it is sent."""
    return _view_that(action, *SAFE, "POST")


def button_to(action: AccessAction) -> Callable[[View], View]:
    """A view that does `action` at one press."""
    return _view_that(action, "POST")


def only_for(may: Callable[[Any], bool]) -> Callable[[View], View]:
    """A view for people whose role has the right that `may` asks about; others get 403."""

    def guard(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return answer

    return guard


def action_of(request: HttpRequest, status: int) -> AccessAction:
    """What the answer with this status did: the view says it, and a form that comes back did nothing yet.

    The pages of packages say nothing: there what is sent changes something.
    """
    view = getattr(request.resolver_match, "func", None)
    says: AccessAction = getattr(view, "does", AccessAction.UPDATE)
    does = notes_of(request).action or says
    leads_on = 300 <= status < 400
    is_export = does == AccessAction.EXECUTE and request.method in SAFE and not leads_on
    is_done = leads_on if request.method == "POST" else is_export
    return does if is_done else AccessAction.READ

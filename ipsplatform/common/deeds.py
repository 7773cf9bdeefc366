"""Whether a change was recorded: what a service did, as against what somebody asked it to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

from ipsplatform.common.access import AccessAction, notes_of

_recorded: ContextVar[int] = ContextVar("changes recorded in this thread", default=0)


def count_deed() -> None:
    """A change was recorded; the log of changes says so when it writes its line."""
    _recorded.set(_recorded.get() + 1)


@contextmanager
def look_unless_recorded(request: HttpRequest) -> Iterator[None]:
    """A block in which nothing is recorded changed nothing: to the access log it was a look.

    A second press, a correction that corrects nothing, and a form that is sent twice are such blocks.
    """
    before = _recorded.get()
    yield
    if _recorded.get() == before:
        notes_of(request).action = AccessAction.READ

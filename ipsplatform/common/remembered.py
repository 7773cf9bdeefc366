"""What is asked once while a page is read: kept for that request only, and never while something changes.

A request that may change something (POST), a task and a command remember nothing: they see what they wrote.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within this block `remembered` asks each question once."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def remember(question: Hashable, answer: object) -> None:
    """Within `remembering`: `answer` came along with another question."""
    known = _known.get()
    if known is not None:
        known[question] = answer


def remembered(question: Hashable, ask: Callable[[], T]) -> T:
    """The answer to `question`, from `ask`; within `remembering` the answer of the first time."""
    known = _known.get()
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    return cast(T, known[question])

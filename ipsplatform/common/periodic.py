"""Work that beat asks for, and that others rely on: it can't be switched off unseen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from celery import Task, shared_task

P = ParamSpec("P")
R = TypeVar("R")


def periodic_task(*, longest_gap: timedelta, **options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task of the schedule, with the longest time that may lie between two times it is asked for.

    `options` are those of Celery. Whoever plans it less often is refused (staff/schedule), and strict
    health names it when that happened behind the back of the administration.
    """
    declared: Any = shared_task  # its types know no attributes of our own
    return declared(longest_gap=longest_gap, **options)

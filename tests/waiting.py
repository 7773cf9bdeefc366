"""Waiting for what another process does: until it is so, never for a number of seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

PATIENCE = 120  # seconds; a busy machine may be slow, only what never comes is a failure
POLL_SECONDS = 0.05
# Other test processes have their locks in the same server, each in its own database.
OURS = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"


def comes_true(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether the condition holds before the patience ends; it is looked at once more at the end."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return bool(condition())
        time.sleep(POLL_SECONDS)
    return True


def wait_for(condition: Callable[[], object]) -> None:
    assert comes_true(condition), f"nothing came of {condition.__qualname__} in {PATIENCE} seconds"


@contextmanager
def held_up(table: str) -> Iterator[None]:
    """Nobody gets past this table until the block ends: a run stops in the middle."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def somebody_waits() -> bool:
    """Whether another process stands before the table that is held up."""
    return _any_lock("locktype = 'relation' AND NOT granted")


def somebody_waits_for_the_other() -> bool:
    """Whether a process stands before a lock that another one holds: of a row, or an advisory one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # it looks once in a transaction otherwise
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return cursor.fetchone()[0]


def nobody_runs() -> bool:
    """Whether the lock of every run is free, so also that of a process that was killed."""
    return not _any_lock("locktype = 'advisory' AND granted")


def _any_lock(which: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM pg_locks WHERE {OURS} AND {which})")
        return cursor.fetchone()[0]

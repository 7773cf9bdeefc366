"""Locks in the database: one process at a time does a thing, and a dead process holds nothing."""

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable


def lock_for_transaction(name: str, *, wait_seconds: int) -> bool:
    """Hold the lock `name` until this transaction ends; False when another process keeps it.

    PostgreSQL drops the lock with the connection, so also when the process is killed.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            milliseconds = max(1, 1000 * wait_seconds)  # 0 would mean: wait for ever
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True

"""Statements that PostgreSQL reads and plans once for each connection, and then only carries out.

Django puts values into the text of a statement, so to PostgreSQL each one is new. For most that is cheap;
for what every page asks it is most of the work (ADR 29). Not for statements that leave history: pghistory
puts a second statement before those.
"""

from typing import Self

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg import Cursor
from psycopg.abc import Params


class PreparingCursor(Cursor):
    """Sends values separately; psycopg prepares what it sees often (DATABASE_PREPARE_AFTER)."""

    name = "preparing"  # pghistory leaves cursors with a name alone
    prepare: bool | None = None  # psycopg counts by itself

    def execute(self, query: str, params: Params | None = None) -> Self:  # type: ignore[override]  # all that Django sends
        """Carry out `query` with `params` sent separately; psycopg decides whether to prepare it."""
        return super().execute(query, params, prepare=self.prepare)


def preparing_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor of Django's connection, with its errors, its counting and its pool; to use in a `with`."""
    connection.ensure_connection()
    cursor = PreparingCursor(connection.connection)
    if not connection.queries_logged:
        return CursorWrapper(cursor, connection)
    cursor.prepare = False  # psycopg keeps no text of what is prepared, and Django logs that text
    return CursorDebugWrapper(cursor, connection)

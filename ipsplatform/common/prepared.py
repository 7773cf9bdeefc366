"""Statements that PostgreSQL reads and plans once for each connection, and then only carries out.

Django puts values into the text of a statement, so to PostgreSQL each one is new. For most that is cheap;
for what every page asks it is most of the work (ADR 29). Not for statements that leave history: pghistory
puts a second statement before those.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


class PreparingCursor(ServerBindingCursor):
    """Sends values apart from the statement; psycopg prepares what it sees often (DATABASE_PREPARE_AFTER)."""

    name = "preparing"  # pghistory leaves cursors with a name alone

    def _send_query_prepared(self, name: bytes, pgq: object, **how: object) -> None:
        """Keep the statement as psycopg does when it is not prepared: Django's counting reads it there."""
        self._query = pgq
        super()._send_query_prepared(name, pgq, **how)


@contextmanager
def preparing_cursor(connection: BaseDatabaseWrapper) -> Iterator[CursorWrapper]:
    """A cursor of Django's connection, with its errors, its counting and its pool."""
    connection.ensure_connection()
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrapped(PreparingCursor(connection.connection)) as cursor:
        yield cursor

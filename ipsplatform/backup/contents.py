"""What is in the database, counted by PostgreSQL itself: to compare a restored one with its backup."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from psycopg import sql

from ipsplatform.management.commands.migrate_locked import MIGRATIONS_LOCK, POLL_SECONDS

SESSIONS = "staff_staffsession"  # who holds a copy of a session is signed in, so nobody gets one
TABLES = """
    SELECT relname FROM pg_class c WHERE relkind IN ('r', 'p') AND NOT relispartition
        AND relnamespace = 'public'::regnamespace AND relname <> %s
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')
    ORDER BY relname
"""
# The same text of a row on every server, whatever its settings.
TEXT_SETTINGS = (
    "SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC';"
    " SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL search_path = pg_catalog;"
)
# A sum does not depend on the order of the rows, and needs no memory.
CONTENT = """
    SELECT {} AS name, count(*) AS rows,
        coalesce(sum(('x' || left(md5(whole_row::text), 15))::bit(60)::bigint), 0)::text AS checksum
    FROM {} AS whole_row
"""


def table_names(cursor: CursorWrapper) -> list[str]:
    """Every table of which a backup keeps the rows; a partitioned table is one."""
    cursor.execute(TABLES, [SESSIONS])
    return [name for (name,) in cursor.fetchall()]


def question(names: Iterable[str]) -> str:
    """SQL that gives one JSON object: table → [rows, checksum]. Ask it after TEXT_SETTINGS."""
    each = [sql.SQL(CONTENT).format(sql.Literal(name), sql.Identifier("public", name)) for name in names]
    whole = sql.SQL("SELECT json_object_agg(name, json_build_array(rows, checksum)) FROM ({}) AS tables")
    return " ".join(whole.format(sql.SQL(" UNION ALL ").join(each)).as_string().split())


def contents(cursor: CursorWrapper) -> dict[str, list]:
    """Rows and checksum of each table. In a transaction: it changes how values are written there."""
    names = table_names(cursor)
    cursor.execute(TEXT_SETTINGS)
    cursor.execute(question(names))
    return cursor.fetchone()[0]


def differences(found: dict[str, list], kept: dict[str, list]) -> list[str]:
    """The differences from the backup, a sentence for each table."""
    sentences = []
    for name in sorted(kept):
        there = found.get(name)
        if there is None:
            sentences.append(_("%(table)s: missing") % {"table": name})
        elif there[0] != kept[name][0]:
            counts = {"table": name, "rows": there[0], "kept": kept[name][0]}
            sentences.append(_("%(table)s: %(rows)s rows, %(kept)s in the backup") % counts)
        elif there != kept[name]:
            sentences.append(_("%(table)s: as many rows, other content") % {"table": name})
    return sentences


def applied_migrations() -> list[str]:
    """As app.name, in alphabetical order."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def no_migrations_meanwhile(*, shared: bool) -> Iterator[None]:
    """Wait for a migration that runs, and let the next one wait. A restore (not shared) is alone."""
    kind = "_shared" if shared else ""
    while not _answer(f"SELECT pg_try_advisory_lock{kind}(%s)"):  # as migrate_locked waits
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        _answer(f"SELECT pg_advisory_unlock{kind}(%s)")


def _answer(asked: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(asked, [MIGRATIONS_LOCK])
        return cursor.fetchone()[0]

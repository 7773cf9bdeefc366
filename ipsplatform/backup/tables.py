"""The database as a backup sees it: which tables there are, their content as text, and their sequences."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from psycopg import sql

from ipsplatform.backup.archive import Content, Manifest, Tally
from ipsplatform.management.commands.migrate_locked import MIGRATIONS_LOCK, POLL_SECONDS

# Migrations are compared by name; who holds a copy of a session is signed in, so nobody gets one.
LEFT_OUT = ("django_migrations", "staff_staffsession")
BOUNDS = re.compile(r"FOR VALUES FROM \('[\d :.+-]+'\) TO \('[\d :.+-]+'\)|DEFAULT")
# The same text on every server, whatever its settings.
TEXT_SETTINGS = {
    "client_encoding": "UTF8", "datestyle": "ISO", "intervalstyle": "postgres", "timezone": "UTC",
    "bytea_output": "hex", "extra_float_digits": "1",
}  # fmt: skip
OURS = "c.relnamespace = 'public'::regnamespace AND pg_get_userbyid(c.relowner) = current_user"
SHAPES = f"""
    SELECT c.relname,
        (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
        (SELECT array_agg(a.attname ORDER BY k.place)
         FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k (number, place), pg_attribute a
         WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.number),
        (SELECT array_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attcollation <> 0)
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND {OURS} ORDER BY c.relname
"""  # noqa: S608 (our own words)
PARTITIONS = f"""
    SELECT c.relname, p.relname, pg_get_expr(c.relpartbound, c.oid)
    FROM pg_class c JOIN pg_inherits ON inhrelid = c.oid JOIN pg_class p ON p.oid = inhparent
    WHERE c.relkind = 'r' AND c.relispartition AND {OURS} ORDER BY c.relname
"""  # noqa: S608
SEQUENCES = f"""
    SELECT c.relname FROM pg_class c WHERE c.relkind = 'S' AND {OURS} AND NOT EXISTS (
        SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
        WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND t.relname = ANY(%s))
    ORDER BY c.relname
"""  # noqa: S608


@dataclass(frozen=True)
class Table:
    """A table with the columns that are kept; generated ones follow from them."""

    name: str
    columns: list[str]
    key: list[str]
    texts: frozenset[str]

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier("public", self.name)

    @property
    def column_list(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))

    @property
    def order(self) -> sql.Composed:
        """By key, text by its bytes: the same on every server."""
        plain, by_bytes = sql.SQL("{}"), sql.SQL('{} COLLATE "C"')
        return sql.SQL(", ").join(
            (by_bytes if name in self.texts else plain).format(sql.Identifier(name)) for name in self.key
        )


def kept_tables(cursor: CursorWrapper) -> list[Table]:
    """Every table of which a backup keeps the rows; a partitioned table is one."""
    return [table for table in _tables(cursor) if table.name not in LEFT_OUT]


def emptied_tables(cursor: CursorWrapper) -> list[Table]:
    """Every table that a restore empties: sessions too."""
    return [table for table in _tables(cursor) if table.name != "django_migrations"]


def partitions(cursor: CursorWrapper) -> dict[str, list[str]]:
    """Partition: [table, bounds]."""
    cursor.execute(PARTITIONS)
    return {name: [table, bounds] for name, table, bounds in cursor.fetchall()}


def make_partitions(cursor: CursorWrapper, wanted: dict[str, list[str]]) -> None:
    """Make the partitions that are not there yet."""
    there = partitions(cursor)
    for name, (table, bounds) in wanted.items():
        if name not in there and BOUNDS.fullmatch(bounds):
            statement = sql.SQL("CREATE TABLE {} PARTITION OF {} {}")
            cursor.execute(
                statement.format(
                    sql.Identifier("public", name), sql.Identifier("public", table), sql.SQL(bounds)
                )
            )


def sequences(cursor: CursorWrapper) -> dict[str, tuple[int, bool]]:
    """Sequence: its last number and whether that was given out."""
    cursor.execute(SEQUENCES, [list(LEFT_OUT)])
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier("public", name)))
        found[name] = cursor.fetchone()
    return found


def set_sequences(cursor: CursorWrapper, states: dict[str, tuple[int, bool]]) -> None:
    for name, (last, is_called) in states.items():
        identifier = sql.Identifier("public", name).as_string()
        cursor.execute("SELECT setval(%s::regclass, %s, %s)", [identifier, last, is_called])


def use_text_settings(cursor: CursorWrapper) -> None:
    """For this transaction."""
    for name, value in TEXT_SETTINGS.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def rows_of(cursor: CursorWrapper, table: Table) -> Iterator[bytes]:
    """The rows in PostgreSQL's text format, in the order of the key."""
    question = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT")
    with cursor.copy(question.format(table.column_list, table.identifier, table.order)) as rows:
        yield from rows


def differences(cursor: CursorWrapper, manifest: Manifest) -> list[str]:
    """What of the database is not what the manifest says, one sentence a table or sequence."""
    with transaction.atomic():
        use_text_settings(cursor)
        found = {table.name: _content(cursor, table) for table in kept_tables(cursor)}
    kept = manifest.tables
    sentences = [_("%(table)s: missing") % {"table": name} for name in sorted(kept.keys() - found.keys())]
    for name in sorted(found.keys() & kept.keys()):
        if found[name].size != kept[name].size:
            counts = {"table": name, "rows": found[name].size, "kept": kept[name].size}
            sentences.append(_("%(table)s: %(rows)s rows, %(kept)s in the backup") % counts)
        elif found[name] != kept[name]:
            sentences.append(_("%(table)s: as many rows, other content") % {"table": name})
    there = sequences(cursor)
    return sentences + [
        _("%(table)s: goes on at another number") % {"table": name}
        for name, state in manifest.sequences.items()
        if there.get(name) != state
    ]


def applied_migrations() -> list[str]:
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


def _answer(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [MIGRATIONS_LOCK])
        return cursor.fetchone()[0]


def _tables(cursor: CursorWrapper) -> list[Table]:
    cursor.execute(SHAPES)
    return [
        Table(name, columns, key or columns, frozenset(texts or ()))
        for name, columns, key, texts in cursor.fetchall()
    ]


def _content(cursor: CursorWrapper, table: Table) -> Content:
    tally = Tally()
    for block in rows_of(cursor, table):
        tally.add(block)
    return tally.of_table()

"""Two roles in the database: one owns the tables and migrates, the other is what the application runs as.

The application can't change or remove a line of the log, the history or the audit trail, nor switch off
a trigger.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from psycopg import sql

MAINTAIN_SINCE = 170000  # PostgreSQL 17: ANALYZE without owning the table
NEVER_WRITTEN = ("django_migrations",)
# pgtrigger makes this function with every trigger; anybody could switch triggers off through it.
ONLY_OWNER_IGNORES = """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
        DECLARE
            asked TEXT := COALESCE(current_setting('pgtrigger.ignore', true), '');
        BEGIN
            IF asked IN ('', '{{}}') THEN
                RETURN FALSE;
            END IF;
            IF current_user <> {owner} THEN
                RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                    MESSAGE = 'only the owner of the tables may ignore a trigger';
            END IF;
            RETURN trigger_name = ANY(asked::TEXT[]);
        END;
    $$ LANGUAGE plpgsql
"""


class NoOwnerError(CommandError):
    """Tables can only be changed by the role that owns them."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection be the owner's inside this block. Raises NoOwnerError when there is none."""
    if not settings.DATABASE_OWNER:
        raise NoOwnerError("Set DATABASE_OWNER_URL: the role that owns the tables, see .env.example.")
    ours = connection.settings_dict
    before = {name: ours[name] for name in ("USER", "PASSWORD", "OPTIONS")}
    if before["USER"] == settings.DATABASE_OWNER["USER"]:
        yield
        return
    _leave()
    options = {name: value for name, value in before["OPTIONS"].items() if name != "pool"}
    ours.update(settings.DATABASE_OWNER, OPTIONS=options)
    try:
        yield
    finally:
        _leave()
        ours.update(before)


@transaction.atomic
def grant_rights() -> None:
    """Give the application's role what it needs and no more. Idempotent."""
    owner, role = (sql.Literal(settings.DATABASE_OWNER["USER"]), sql.Identifier(settings.APPLICATION_ROLE))
    rights = sql.SQL("SELECT, INSERT, UPDATE, DELETE")
    if _server_version() >= MAINTAIN_SINCE:
        rights += sql.SQL(", MAINTAIN")
    with connection.cursor() as cursor:
        for table, is_partition in _tables(cursor):
            name = sql.Identifier(table)
            if is_partition:  # rows go through the whole table
                cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}, PUBLIC").format(name, role))
                continue
            allowed = _rights_on(table) or rights
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}, PUBLIC").format(name, role))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(allowed, name, role))
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL(ONLY_OWNER_IGNORES).format(owner=owner))


def append_only_tables() -> set[str]:
    """The tables that only grow: a model says so itself with `is_append_only`."""
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "is_append_only", False)}


def owner_tables() -> set[str]:
    """The tables that the application reads only: a model says so itself with `is_written_by_owner`."""
    return {m._meta.db_table for m in apps.get_models() if getattr(m, "is_written_by_owner", False)}


def _rights_on(table: str) -> sql.SQL | None:
    if table in NEVER_WRITTEN or table in owner_tables():
        return sql.SQL("SELECT")
    return sql.SQL("SELECT, INSERT") if table in append_only_tables() else None


def _tables(cursor) -> list[tuple[str, bool]]:
    cursor.execute(
        "SELECT relname, relispartition FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm') AND pg_get_userbyid(relowner) = current_user ORDER BY relname"
    )
    return cursor.fetchall()


def _server_version() -> int:
    connection.ensure_connection()
    return connection.pg_version


def _leave() -> None:
    connection.close()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()

"""Puts a backup back: checked first, then loaded and compared in one transaction, then brought up to date."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from psycopg import sql

from ipsplatform.backup import tables
from ipsplatform.backup.archive import About, Manifest, blocks_of, entries, owner_of
from ipsplatform.backup.errors import BackupError

PEOPLE = ("staff_user", "clients_client")
# The owner of the database owns the schema; everybody may look inside, as in a new database.
NEW_SCHEMA = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"


def refuse_newer(about: About) -> None:
    """Raise when the backup has migrations that this version does not know."""
    unknown = sorted(set(about.migrations) - _known_migrations())
    if unknown:
        raise BackupError(
            _("The backup is of a newer version, with %(migrations)s: restore it with that one.")
            % {"migrations": ", ".join(unknown[:5])}
        )


def make_room(about: About, *, replace: str) -> None:
    """Bring the database to the tables of the backup. Raises, and changes nothing, when people stand in it.

    With `replace` they may; then the tables must be those of the backup, so that it is one transaction later.
    """
    name, is_same = connection.settings_dict["NAME"], tables.applied_migrations() == about.migrations
    if replace and replace != name:
        raise BackupError(
            _("This database is called %(name)s, not %(other)s. Nothing was written.")
            % {"name": name, "other": replace}
        )
    if _has_people() and not replace:
        raise BackupError(
            _(
                "There are people in the database %(name)s. Restore into an empty one, or, to throw away all "
                "that stands in it: --replace %(name)s. Nothing was written."
            )
            % {"name": name}
        )
    if _has_people() and not is_same:
        raise BackupError(
            _(
                "The backup is of another version of the tables: restore it into an empty database. "
                "Nothing was written."
            )
        )
    if not is_same:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NEW_SCHEMA)
        _migrate_to(about.migrations)


def load(path: Path, *, key: str, about: About, manifest: Manifest) -> None:
    """Replace the content of the database by that of the backup, all of it or nothing."""
    try:
        _load(path, key=key, about=about, manifest=manifest)
    except DatabaseError as error:
        # Its first sentence only: the second holds content of the row.
        reason = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
        raise BackupError(
            _("The database refuses the backup: %(reason)s. Nothing was written.") % {"reason": reason}
        ) from error


def finish() -> Iterator[str]:
    """Newer migrations, the rights of the application, erased people erased again, the log compared.

    Raises when something does not fit; the data is in by then. Says what was done, step by step.
    """
    call_command("migrate", interactive=False, verbosity=0)
    call_command("migrate", check_unapplied=True, verbosity=0)
    yield _("migrate --check: nothing is missing")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if "reapply_erasures" in get_commands():
        call_command("reapply_erasures")
        yield _("reapply_erasures: who was erased after the backup is erased again")
    call_command("verify_audit")
    yield _("verify_audit: the access log fits its seals")


def _load(path: Path, *, key: str, about: About, manifest: Manifest) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        tables.use_text_settings(cursor)
        _refuse_other_tables(cursor, about)
        emptied = tables.emptied_tables(cursor)
        _empty(cursor, emptied)
        tables.make_partitions(cursor, about.partitions)
        _fill(cursor, path, key=key, about=about)
        tables.set_sequences(cursor, manifest.sequences)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _set_triggers(cursor, emptied, "ENABLE")
        found = tables.differences(cursor, manifest)
        if found:
            raise BackupError(
                "\n".join([_("What was restored is not the backup. Nothing was written."), *found])
            )


def _known_migrations() -> set[str]:
    return {".".join(key) for key in MigrationExecutor(connection).loader.disk_migrations}


def _migrate_to(names: list[str]) -> None:
    """In an empty schema: every migration of `names`, and none besides."""
    executor = MigrationExecutor(connection)
    nodes, wanted = executor.loader.graph.node_map, {tuple(name.split(".", 1)) for name in names}
    last = [
        key for key in wanted
        if not any(child.key in wanted and child.key[0] == key[0] for child in nodes[key].children)
    ]  # fmt: skip
    executor.migrate(sorted(last))


def _has_people() -> bool:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in PEOPLE:
            if table in there:
                cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
                if cursor.fetchone()[0]:
                    return True
    return False


def _refuse_other_tables(cursor: CursorWrapper, about: About) -> None:
    ours = {table.name: table.columns for table in tables.kept_tables(cursor)}
    other = sorted(
        name for name in ours.keys() | about.tables.keys() if ours.get(name) != about.tables.get(name)
    )
    if other:
        raise BackupError(
            _("The backup has other columns in %(tables)s. Nothing was written.")
            % {"tables": ", ".join(other)}
        )


def _empty(cursor: CursorWrapper, emptied: list[tables.Table]) -> None:
    """Triggers sleep until all is in: they guard changes, and these rows were guarded when they were made."""
    names = sql.SQL(", ").join(table.identifier for table in emptied)
    cursor.execute(sql.SQL("TRUNCATE {}").format(names))
    _set_triggers(cursor, emptied, "DISABLE")


def _set_triggers(cursor: CursorWrapper, of: list[tables.Table], state: str) -> None:
    for table in of:
        cursor.execute(sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(table.identifier, sql.SQL(state)))


def _fill(cursor: CursorWrapper, path: Path, *, key: str, about: About) -> None:
    ours = {table.name: table for table in tables.kept_tables(cursor)}
    for name, content in entries(path, key=key):
        kind, owner = owner_of(name)
        if kind == "tables" and owner in about.tables:
            _copy_in(cursor, ours[owner], blocks_of(content))
        elif kind == "files":
            _write_file(owner, blocks_of(content))


def _copy_in(cursor: CursorWrapper, table: tables.Table, blocks: Iterator[bytes]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN")
    with cursor.copy(statement.format(table.identifier, table.column_list)) as rows:
        for block in blocks:
            rows.write(block)


def _write_file(name: str, blocks: Iterator[bytes]) -> None:
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise BackupError(_("The backup holds a file that would be written outside MEDIA_ROOT."))
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        for block in blocks:
            file.write(block)
    draft.rename(path)

"""Puts a backup back: loaded and compared in one transaction of psql, then brought up to date."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg import sql
from pyrage.x25519 import Identity

from ipsplatform.backup import archive
from ipsplatform.backup.archive import Manifest
from ipsplatform.backup.contents import TEXT_SETTINGS, differences, question
from ipsplatform.backup.errors import BackupError
from ipsplatform.backup.programs import running

PEOPLE = ("staff_user", "clients_client")
# Errors in one sentence: the second holds content of the row. No COMMIT reached: PostgreSQL rolls back.
PSQL = (
    "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password",
    "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse",
)  # fmt: skip
# The role that restores owns all; the application gets its rights afterwards.
PG_RESTORE = ("--file=-", "--exit-on-error", "--no-owner", "--no-privileges")
# The owner of the database owns the schema; everybody may look inside, as in a new database.
BEGIN = r"""
    SET client_min_messages = warning; BEGIN;
    DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;
    \o /dev/null
"""


def refuse_newer(manifest: Manifest) -> None:
    """Raise when the backup has migrations that this version does not know."""
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(
            _("The backup is of a newer version, with %(migrations)s: restore it with that one.")
            % {"migrations": ", ".join(unknown[:5])}
        )


def refuse_people(*, replace: str) -> None:
    """Raise when there are people in the database, unless `replace` is its name."""
    name = connection.settings_dict["NAME"]
    if replace and replace != name:
        raise BackupError(
            _("This database is called %(name)s, not %(other)s. Nothing was written.")
            % {"name": name, "other": replace}
        )
    if _has_people() and not replace:
        raise BackupError(
            _(
                "There are people in the database %(name)s. Restore into an empty one, or, to throw away all "
                "that is in it: --replace %(name)s. Nothing was written."
            )
            % {"name": name}
        )


def load(path: Path, keys: list[Identity], manifest: Manifest) -> None:
    """Replace the content of the database, and the uploaded files, by those of the backup: all or nothing."""
    with running("psql", *PSQL, database=connection.settings_dict["NAME"], stdin=PIPE, stdout=PIPE) as psql:
        if _fill(psql, path, keys, manifest):
            for name, content in archive.entries(path, keys, below="files/"):
                _write_file(name, content)
            psql.stdin.write(b"COMMIT;\n")


def try_out(path: Path, keys: list[Identity], manifest: Manifest) -> None:
    """Load a backup into a scratch database beside this one, compare, and take it all back."""
    name = f"{connection.settings_dict['NAME']}_scratch"
    is_ours = _make_database(name)
    try:
        with running("psql", *PSQL, database=name, stdin=PIPE, stdout=PIPE) as psql:
            if _fill(psql, path, keys, manifest):
                psql.stdin.write(b"ROLLBACK;\n")
    finally:
        if is_ours:
            _drop_database(name)


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
        yield _("reapply_erasures: files destroyed after the backup were destroyed again")
    call_command("verify_audit")
    yield _("verify_audit: the access log fits its seals")


def _fill(psql: Popen, path: Path, keys: list[Identity], manifest: Manifest) -> bool:
    """A transaction with the content of the backup, compared and still open. False when psql gave up.

    pg_restore writes SQL, so that emptying, loading and comparing are one transaction; COMMIT comes last.
    """
    _tell(psql, BEGIN)
    try:
        with running("pg_restore", *PG_RESTORE, stdin=PIPE, stdout=psql.stdin) as restore:
            for _name, content in archive.entries(path, keys, below="database/"):
                restore.stdin.write(content)
    except BackupError:
        psql.stdin.close()
        if psql.wait():
            return False  # it says why
        raise
    _tell(psql, f"\\o\n{TEXT_SETTINGS}\n{question(manifest.tables)};\n")
    answer = psql.stdout.readline()
    if not answer:
        return False
    found = differences(json.loads(answer), manifest.tables)
    if found:
        raise BackupError("\n".join([_("What was restored is not the backup. Nothing was written."), *found]))
    return True


def _tell(psql: Popen, lines: str) -> None:
    psql.stdin.write(lines.encode())
    psql.stdin.flush()


def _has_people() -> bool:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in PEOPLE:
            if table in there:
                cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
                if cursor.fetchone()[0]:
                    return True
    return False


def _make_database(name: str) -> bool:
    """Make it, unless it is there. Raises when this role may not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is not None:
            return False
    try:
        _ask("CREATE DATABASE {}", name)
    except ProgrammingError as error:
        raise BackupError(
            _("To try out a backup make the database %(name)s, owned by %(owner)s.")
            % {"name": name, "owner": connection.settings_dict["USER"]}
        ) from error
    return True


def _drop_database(name: str) -> None:
    """FORCE ends what psql left behind, and may not end an autovacuum in it; a plain DROP ends only that."""
    try:
        _ask("DROP DATABASE {} WITH (FORCE)", name)
    except ProgrammingError:
        _ask("DROP DATABASE {}", name)


def _ask(statement: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _write_file(name: str, content: bytes) -> None:
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)

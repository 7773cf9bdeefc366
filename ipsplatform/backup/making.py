"""Makes a backup: one snapshot of the database while people work, and the uploaded files."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from ipsplatform.backup import tables
from ipsplatform.backup.archive import About, Manifest, Writer, checked, looks_like_backup, writing
from ipsplatform.backup.errors import BackupError

NAME = re.compile(r"ips-\d{8}T\d{6}Z\.(backup|tar\.gz)")
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
        _sync(self.final.parent)


@contextmanager
def backup_folder(folder: Path) -> Iterator[None]:
    """Hold the folder; what a backup that was killed left behind is removed."""
    folder.mkdir(parents=True, exist_ok=True)
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


def make_draft(folder: Path, *, key: str) -> Draft:
    """Write a backup and read it back. As the owner of the tables, in a folder that is held."""
    name = f"ips-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{'backup' if key else 'tar.gz'}"
    draft, final = folder / f".{name}.part", folder / name
    if final.exists():
        raise BackupError(_("%(file)s is there already.") % {"file": final})
    try:
        manifest = _write(draft, key=key)
        _about, found = checked(draft, key=key)
        if found != manifest:
            raise BackupError(_("What was written is not what stands on the disk. There is no backup."))
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return Draft(draft, final, manifest)


def remove_older(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups, known by their names and first bytes; what was removed."""
    ours = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name) and looks_like_backup(path))
    older = ours[:-keep]
    for path in older:
        path.unlink()
    return older


def _write(path: Path, *, key: str) -> Manifest:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE), "wb") as target:
        with writing(target, key=key) as archive, tables.no_migrations_meanwhile(shared=True):
            with transaction.atomic(), connection.cursor() as cursor:
                _add_database(archive, cursor)
            _add_files(archive)
            archive.add_manifest()
        target.flush()
        os.fsync(target.fileno())
    return archive.manifest


def _add_database(archive: Writer, cursor: CursorWrapper) -> None:
    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    tables.use_text_settings(cursor)
    kept = tables.kept_tables(cursor)
    archive.add_about(
        About(
            made_at=datetime.now(UTC).isoformat(),
            server=f"PostgreSQL {connection.pg_version}",
            migrations=tables.applied_migrations(),
            tables={table.name: table.columns for table in kept},
            partitions=tables.partitions(cursor),
        )
    )
    for table in kept:
        archive.add_table(table.name, tables.rows_of(cursor, table))
    # Sequences know no snapshot: read last, they are past every row.
    archive.manifest.sequences = tables.sequences(cursor)


def _add_files(archive: Writer) -> None:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        with suppress(FileNotFoundError):  # the worker removes a file after its import
            if path.is_file() and not path.is_symlink():
                archive.add_file(path.relative_to(root).as_posix(), path.read_bytes())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

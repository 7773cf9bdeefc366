"""`manage.py backup DIR`: everything in one file, while people work (docs/operations.md)."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from ipsplatform.backup.envelope import check_key
from ipsplatform.backup.errors import BackupError
from ipsplatform.backup.making import Draft, backup_folder, make_draft, remove_older
from ipsplatform.backup.remembering import failure_remembered, remember
from ipsplatform.database_roles import as_owner


class Command(BaseCommand):
    help = "Write the whole database and the uploaded files to one file that was read back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--plain", action="store_true", help="not encrypted: whoever has the file can read it"
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="then remove all but the newest N backups in DIR"
        )

    def handle(self, *, folder: Path, plain: bool, keep: int | None, **options: Any) -> None:  # noqa: ARG002
        key = _key(plain=plain)
        if keep is not None and keep < 1:
            raise BackupError("--keep 0 would remove the backup that is made now.")
        started = time.monotonic()
        with backup_folder(folder), as_owner(), failure_remembered("backup"):
            draft = make_draft(folder, key=key)
            remember("backup", rows=draft.manifest.rows)
            draft.publish()
            removed = remove_older(folder, keep=keep) if keep else []
        self._print(draft, seconds=time.monotonic() - started)
        for path in removed:
            self.stdout.write(f"removed {path.name}")

    def _print(self, draft: Draft, *, seconds: float) -> None:
        manifest, size = draft.manifest, draft.final.stat().st_size
        self.stdout.write(
            f"{draft.final}: {manifest.rows} rows in {len(manifest.tables)} tables, "
            f"{len(manifest.files)} files, {size / 1e6:.1f} MB, read back and right, {seconds:.1f} s"
        )


def _key(*, plain: bool) -> str:
    if plain:
        return ""
    if not settings.BACKUP_KEY:
        raise BackupError(
            "A backup holds health data: set BACKUP_KEY (.env.example says how to make one), or ask for a "
            "readable file with --plain."
        )
    check_key(settings.BACKUP_KEY)
    return settings.BACKUP_KEY

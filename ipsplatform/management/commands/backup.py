"""`manage.py backup DIR`: everything in one file, while people work (docs/operations.md)."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from ipsplatform.backup.encryption import recipients
from ipsplatform.backup.errors import BackupError
from ipsplatform.backup.log_lines import failure_logged, log_done
from ipsplatform.backup.making import Draft, backup_folder, make_draft, remove_older
from ipsplatform.common.disk import disk_in_words
from ipsplatform.operations.database_roles import as_owner


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Write the whole database and the uploaded files to one file that was read back."
        )
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--keep", type=int, metavar="N", help=_("then remove all but the newest N backups in DIR")
        )

    def handle(self, *, folder: Path, keep: int | None, **options: Any) -> None:  # noqa: ARG002
        to = recipients()
        if keep is not None and keep < 1:
            raise BackupError(_("--keep 0 would remove the backup that is made now."))
        started = time.monotonic()
        with disk_in_words(), backup_folder(folder), as_owner(), failure_logged("backup"):
            draft = make_draft(folder, to=to)
            log_done("backup", rows=draft.manifest.rows)
            draft.publish()
            removed = remove_older(folder, keep=keep) if keep else []
        self._print(draft, seconds=time.monotonic() - started)
        for path in removed:
            self.stdout.write(_("removed: %(name)s") % {"name": path.name})

    def _print(self, draft: Draft, *, seconds: float) -> None:
        manifest, size = draft.manifest, draft.final.stat().st_size
        text = _(
            "%(file)s: %(rows)s rows in %(tables)s tables, %(files)s files, %(size)s MB, "
            "read back and correct, %(seconds)s s"
        )
        self.stdout.write(
            text
            % {
                "file": draft.final,
                "rows": manifest.rows,
                "tables": len(manifest.tables),
                "files": manifest.files,
                "size": f"{size / 1e6:.1f}",
                "seconds": f"{seconds:.1f}",
            }
        )
        self.stdout.write(_("Last seal: %(seal)s") % {"seal": manifest.last_seal or "–"})

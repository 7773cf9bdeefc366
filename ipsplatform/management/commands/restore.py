"""`manage.py restore FILE`: a backup into an empty database, and compared (docs/operations.md)."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from ipsplatform.backup import restoring, tables
from ipsplatform.backup.archive import About, Manifest, checked
from ipsplatform.backup.errors import BackupError
from ipsplatform.backup.remembering import failure_remembered, remember
from ipsplatform.operations.database_roles import as_owner


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("Put a backup into an empty database, compare it, and bring it up to date.")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--check", action="store_true", help=_("only read all of the file; write nothing")
        )
        parser.add_argument(
            "--replace",
            metavar="DATABASE",
            default="",
            help=_("throw away what stands in the database of this name; when it fails, all stays as it was"),
        )

    def handle(self, *, file: Path, check: bool, replace: str, **options: Any) -> None:  # noqa: ARG002
        started = time.monotonic()
        if not file.is_file():
            raise BackupError(_("There is no file %(file)s.") % {"file": file})
        about, manifest = checked(file, key=settings.BACKUP_KEY)
        restoring.refuse_newer(about)
        if check:
            self.stdout.write(_("The backup is whole: %(counts)s") % {"counts": _counts(about, manifest)})
            return
        self._restore(file, about, manifest, replace=replace)
        took = f"{time.monotonic() - started:.1f}"
        self.stdout.write(
            _("Restored: %(counts)s, %(seconds)s s") % {"counts": _counts(about, manifest), "seconds": took}
        )

    def _restore(self, file: Path, about: About, manifest: Manifest, *, replace: str) -> None:
        with as_owner(), failure_remembered("restore"), tables.no_migrations_meanwhile(shared=False):
            restoring.make_room(about, replace=replace)
            restoring.load(file, key=settings.BACKUP_KEY, about=about, manifest=manifest)
            self.stdout.write(_("Rows, digests and sequences are those of the backup."))
            for sentence in restoring.finish():
                self.stdout.write(sentence)
            remember("restore", rows=manifest.rows)


def _counts(about: About, manifest: Manifest) -> str:
    return _("made %(moment)s, %(rows)s rows in %(tables)s tables, %(files)s files") % {
        "moment": about.made_at,
        "rows": manifest.rows,
        "tables": len(manifest.tables),
        "files": len(manifest.files),
    }

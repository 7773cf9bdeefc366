"""`manage.py restore FILE`: a backup into an empty database, and compared (docs/operations.md)."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from pyrage.x25519 import Identity

from ipsplatform.backup import restoring
from ipsplatform.backup.archive import Manifest, checked
from ipsplatform.backup.contents import no_migrations_meanwhile
from ipsplatform.backup.encryption import identities
from ipsplatform.backup.errors import BackupError
from ipsplatform.backup.log_lines import failure_logged, log_done
from ipsplatform.common.disk import disk_in_words
from ipsplatform.operations.database_roles import as_owner


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("Put a backup into an empty database, compare it, and bring it up to date.")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("restore into a scratch database, compare, and take it back; nothing else is written"),
        )
        parser.add_argument(
            "--replace",
            metavar="DATABASE",
            default="",
            help=_("replace all content of the database of this name; if it fails, nothing changes"),
        )

    def handle(self, *, file: Path, check: bool, replace: str, **options: Any) -> None:  # noqa: ARG002
        with disk_in_words():
            self._restore_or_try(file, check=check, replace=replace)

    def _restore_or_try(self, file: Path, *, check: bool, replace: str) -> None:
        started = time.monotonic()
        if not file.is_file():
            raise BackupError(_("There is no file %(file)s.") % {"file": file})
        keys = identities()
        manifest = checked(file, keys)
        restoring.refuse_newer(manifest)
        said = _("Restored: %(counts)s, %(seconds)s s")
        if check:
            said = _("The backup was restored on trial and is whole: %(counts)s, %(seconds)s s")
            with as_owner():
                restoring.try_out(file, keys, manifest)
        else:
            self._restore(file, keys, manifest, replace=replace)
        took = f"{time.monotonic() - started:.1f}"
        self.stdout.write(said % {"counts": _counts(manifest), "seconds": took})
        self.stdout.write(_("Last seal: %(seal)s") % {"seal": manifest.last_seal or "–"})

    def _restore(self, file: Path, keys: list[Identity], manifest: Manifest, *, replace: str) -> None:
        with as_owner(), failure_logged("restore"), no_migrations_meanwhile(shared=False):
            restoring.refuse_people(replace=replace)
            restoring.load(file, keys, manifest)
            self.stdout.write(_("Rows and checksums are those of the backup."))
            for sentence in restoring.finish():
                self.stdout.write(sentence)
            log_done("restore", rows=manifest.rows)


def _counts(manifest: Manifest) -> str:
    return _("made %(moment)s, %(rows)s rows in %(tables)s tables, %(files)s files") % {
        "moment": manifest.made_at,
        "rows": manifest.rows,
        "tables": len(manifest.tables),
        "files": manifest.files,
    }

"""`manage.py import_template PATH`: empty files to fill in for an import (docs/import.md)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from trajectories.case_import.tables.template import csv_templates, workbook_template


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _("Write empty files for an import, with every column explained.")
        parser.add_argument(
            "path", metavar="PATH", type=Path, help=_("a new workbook (name.xlsx), or a folder for CSV files")
        )

    def handle(self, *args: object, **options: object) -> None:  # noqa: ARG002
        path = Path(str(options["path"]))
        files = (
            {path: workbook_template()}
            if path.suffix.lower() == ".xlsx"
            else {path / name: content for name, content in csv_templates().items()}
        )
        if there := [file.name for file in files if file.exists()]:
            raise CommandError(_("%(file)s is here already. Nothing was written.") % {"file": there[0]})
        for file, content in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self.stdout.write(_("Written: %(path)s") % {"path": path})

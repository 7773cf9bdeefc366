"""`manage.py import_cases DIR`: files in, a report out (docs/import.md)."""

import sys
from pathlib import Path

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _
from tqdm import tqdm

from ipsplatform.common.disk import disk_in_words
from ipsplatform.common.errors import RuleError
from trajectories.case_import.tables.report import ImportReport, ReadAs, Remark, TableReport
from trajectories.case_import.tables.running import Progress, import_cases
from trajectories.case_import.tables.source import FolderSource


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Import a folder of CSV files or workbooks; exits with 1 when something was refused."
        )
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--dry-run", action="store_true", help=_("report, and write nothing"))
        parser.add_argument(
            "--skip-invalid", action="store_true", help=_("leave out refused rows and import the rest")
        )

        parser.add_argument(
            "--allow-emptying",
            action="store_true",
            help=_("empty cells may empty what is known, also more than ten in a column"),
        )

    def handle(self, *args: object, **options: object) -> None:  # noqa: ARG002
        try:
            with disk_in_words():
                report = self._import(options)
        except RuleError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(_("The database aborted the import. Nothing was written.")) from error
        except KeyboardInterrupt as error:
            raise CommandError(_("Stopped. Nothing was written."), returncode=130) from error
        self._print(report)
        if report.is_refused:
            raise CommandError(_conclusion(report))
        self.stdout.write(_conclusion(report))

    def _import(self, options: dict) -> ImportReport:
        shown = tqdm(unit="B", unit_scale=True, file=sys.stderr, disable=None, leave=False)
        with pghistory.context(command="import_cases"), shown as bar:
            return import_cases(
                source=FolderSource(options["folder"]),
                dry_run=options["dry_run"],
                skip_invalid=options["skip_invalid"],
                allow_emptying=options["allow_emptying"],
                by=None,
                on_progress=_shown_on(bar),
            )

    def _print(self, report: ImportReport) -> None:
        for file in report.files:
            self.stdout.write(_counts(file))
            if file.changes:
                self.stdout.write("  " + _changed(file))
        for line in (*map(_read_as, report.read_as), *report.notices):
            self.stdout.write(line)
        for doubt in report.doubts:
            self.stdout.write(_("Is this right?") + " " + _told(doubt))
        for refusal in report.refusals:
            self.stdout.write(_told(refusal))
        self._print_unlisted(report)

    def _print_unlisted(self, report: ImportReport) -> None:
        unlisted = report.refusals_total - len(report.refusals)
        if unlisted:
            self.stdout.write(_("… and %(number)s more.") % {"number": unlisted})
        for name, lines in (*report.unlisted.items(), *report.unlisted_compared.items()):
            self.stdout.write(_("%(file)s, also lines %(lines)s.") % {"file": name, "lines": lines})


def _shown_on(bar: tqdm):
    def show(progress: Progress) -> None:
        bar.total = progress.total
        bar.set_description(progress.file, refresh=False)
        bar.update(progress.done - bar.n)

    return show


def _told(remark: Remark) -> str:
    place = _("line %(line)s") % {"line": remark.line}
    column = f", {remark.column}" if remark.column else ""
    return f"{remark.file}, {place}{column}: {remark.reason}"


def _changed(file: TableReport) -> str:
    columns = ", ".join(f"{column} {rows}" for column, rows in sorted(file.changes.items()))
    return _("changed, in how many rows: %(columns)s") % {"columns": columns}


def _read_as(read: ReadAs) -> str:
    text = _("%(file)s: read as %(format)s.") % {"file": read.file, "format": read.format}
    if not read.names:
        return text
    return text + " " + _("Are these names right? %(names)s") % {"names": ", ".join(read.names)}


def _counts(file: TableReport) -> str:
    if file.is_refused:
        return _("%(name)s: refused as a whole") % {"name": file.name}
    text = _(
        "%(name)s: %(read)s read, %(created)s created, %(changed)s changed, "
        "%(unchanged)s unchanged, %(refused)s refused"
    )
    return text % vars(file)


def _conclusion(report: ImportReport) -> str:
    if report.dry_run:
        text = _("Dry run: nothing was written.")
    elif not report.written:
        text = _("Nothing was written. Fix the refused rows, or add --skip-invalid to leave them out.")
    elif report.is_refused:
        text = _("The refused rows were left out, the rest was imported.")
    else:
        text = _("Imported.")
    if report.is_refused:
        refused = _("Refused rows: %(rows)s. Files refused as a whole: %(files)s.")
        return refused % {"rows": report.rows_refused, "files": report.files_refused} + " " + text
    return text

"""One import from beginning to end, in one transaction: everything that was asked, or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.following.services import end_outlived
from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.locks import lock_for_transaction
from staff.audit import services as audit
from staff.models import User
from trajectories.case_import.tables.emptying import rows_that_empty_too_much
from trajectories.case_import.tables.endings import ends_that_wait
from trajectories.case_import.tables.journey import StagesTable, TrajectoriesTable, settle_waiting_ends
from trajectories.case_import.tables.numbers import Numbers
from trajectories.case_import.tables.organisation import StaffTable, TeamsTable
from trajectories.case_import.tables.people import AssignmentsTable, ClientsTable
from trajectories.case_import.tables.problems import Problem, TableRefusedError
from trajectories.case_import.tables.reading import Row, Scan, TableReader
from trajectories.case_import.tables.report import (
    ImportReport,
    ReadAs,
    Refusal,
    Remark,
    TableReport,
    Tally,
    Uploaded,
    lines_in_words,
)
from trajectories.case_import.tables.so_far import ImportSoFar
from trajectories.case_import.tables.source import Source
from trajectories.case_import.tables.table import CaseTable, Step
from trajectories.case_import.tables.work import ContactsTable, JobsTable
from trajectories.models import ImportAction, ImportRun, ImportState

TABLES: tuple[type[CaseTable], ...] = (
    TeamsTable,
    StaffTable,
    ClientsTable,
    AssignmentsTable,
    TrajectoriesTable,
    StagesTable,
    JobsTable,
    ContactsTable,
)
CASES = TABLES[TABLES.index(TrajectoriesTable) :]
BEFORE_CASES = TABLES[: -len(CASES)]
MANY_ROWS = 1000
NAMED_PEOPLE = 20
PROGRESS_BYTES = 64 * 1024
WAIT_FOR_ANOTHER_IMPORT = 60  # seconds


@dataclass(frozen=True)
class Progress:
    """How far an import is: bytes of all files together, and the file that is being read."""

    file: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]
Said = TypeVar("Said", bound=Remark)


class ImportBusyError(RuleError):
    """Another import is running; one at a time keeps their rows apart."""


class _AgainError(Exception):
    """Rows that turned out to be impossible after others were built on them, and ends that leave something
    open: begin again without.
    """

    def __init__(
        self, *, problems: Mapping[tuple[str, int], Problem] | None = None, waiting: Iterable[int] = ()
    ) -> None:
        super().__init__(problems)
        self.problems = dict(problems or {})
        self.waiting = {*waiting}


def import_cases(
    *,
    source: Source,
    dry_run: bool,
    skip_invalid: bool,
    by: User | None,
    allow_emptying: bool = False,
    on_progress: OnProgress = lambda _progress: None,
    run: ImportRun | None = None,
) -> ImportReport:
    """Import the files of `source` and report. Nothing is ever deleted.

    Nothing is written on a dry run, nor when a row was refused and `skip_invalid` is off. With
    `allow_emptying` a column may empty any number of known values. `run` is
    the row that asked for this import; without one, an import that changed something makes one.
    Raises ImportBusyError when another import does not end in time.
    """
    running = _Import(source, on_progress, _upload_of(run), is_check=dry_run, allow_emptying=allow_emptying)
    return running.execute(dry_run=dry_run, skip_invalid=skip_invalid, by=by, run=run)


class _Import:
    """The files of one import, one after the other."""

    def __init__(
        self,
        source: Source,
        on_progress: OnProgress,
        upload: Uploaded | None,
        *,
        is_check: bool,
        allow_emptying: bool,
    ) -> None:
        self.source = source
        self.numbers = Numbers(keeps=not is_check)
        tally = Tally(files={name: TableReport(name) for name in source.sizes})
        self.so_far = ImportSoFar(
            tally=tally,
            numbers=self.numbers,
            is_check=is_check,
            upload=upload,
            allow_emptying=allow_emptying,
        )
        self.on_progress = on_progress
        self.bytes_total = 2 * sum(source.sizes.values())  # each file is scanned, then imported
        self.bytes_done = 0.0

    @property
    def tally(self) -> Tally:
        return self.so_far.tally

    def execute(
        self, *, dry_run: bool, skip_invalid: bool, by: User | None, run: ImportRun | None
    ) -> ImportReport:
        with transaction.atomic():
            if not lock_for_transaction("import of cases", wait_seconds=WAIT_FOR_ANOTHER_IMPORT):
                raise ImportBusyError(_("Another import is running. Try again when it is done."))
            self._import_tables(BEFORE_CASES)
            if StaffTable.name in self.tally.files and not self.so_far.is_check:
                end_outlived(by=self.so_far.by)
            self._import_cases()
            connection.check_constraints()  # foreign keys wait for a commit that a dry run never sees
            keep = not dry_run and (skip_invalid or not self.tally.refusals_total)
            report = self._report(dry_run=dry_run, skip_invalid=skip_invalid, written=keep)
            if keep:
                _refresh_statistics(report)
                _record(report, by=by, run=run)
            else:
                transaction.set_rollback(True)
        return report

    def _import_cases(self) -> None:
        """Trajectories and what hangs on them, again as often as a row turns out to be impossible late, or an
        end to leave something open.

        Only these, and with the same numbers: what was made and logged before them is made and logged once.
        """
        self.numbers.begin_part()
        while True:
            before, bytes_before = self.so_far.copy(), self.bytes_done
            try:
                with transaction.atomic():
                    self._import_tables(CASES)
                    if problems := settle_waiting_ends(self.so_far.waiting_ends):
                        raise _AgainError(problems=problems)
                    if waiting := ends_that_wait(self.so_far.ends):
                        raise _AgainError(waiting=waiting)
            except _AgainError as error:
                self.so_far, self.bytes_done = before, bytes_before
                self.so_far.known_refusals |= error.problems
                self.so_far.waiting_answers |= error.waiting
                self.numbers.begin_again()
            else:
                return

    def _import_tables(self, tables: tuple[type[CaseTable], ...]) -> None:
        for table in tables:
            if table.name in self.source.sizes:
                self._import_table(table)

    def _import_table(self, table_class: type[CaseTable]) -> None:
        before = self.so_far.copy()
        table = table_class(self.so_far)
        reader = TableReader(table.name, table.columns, table.key, self.source.files[table.name])
        try:
            with transaction.atomic():
                scan = reader.scan(self._meter(table.name, passes=1))
                self.tally.files[table.name].read = scan.rows
                self.tally.read_as[table.name] = ReadAs(table.name, reader.file.read_as, scan.names)
                self._take_rows(table, reader, scan)
        except TableRefusedError as error:
            self.so_far.forget_rows(before)
            self._refuse_table(table, error)

    def _take_rows(self, table: CaseTable, reader: TableReader, scan: Scan) -> None:
        self.so_far.emptying = {}
        if not self.so_far.allow_emptying and table.model.objects.exists():
            before = _chunks(reader.rows(scan, _uncounted), table.at_once)
            self.so_far.emptying = rows_that_empty_too_much(table, before)
        steps = self._steps(table)
        meter = self._meter(table.name, passes=len(steps))
        for step in steps:
            for rows in _chunks(reader.rows(scan, meter), table.at_once):
                table.take(rows, step)

    def _steps(self, table: CaseTable) -> list[Step | None]:
        if not table.steps:
            return [None]
        if not table.model.objects.exists():
            table.steps = (Step.NEW,)
        return list(table.steps)

    def _refuse_table(self, table: CaseTable, error: TableRefusedError) -> None:
        tally = self.tally.files[table.name]
        tally.created = tally.changed = tally.unchanged = tally.untold = 0
        tally.refused, tally.is_refused = tally.read, True
        tally.refused_openly = tally.read
        self.so_far.refused_files.add(table.name)
        self.tally.add_refusals(
            [Refusal(table.name, error.line, problem.column, problem.reason) for problem in error.problems]
        )

    def _meter(self, name: str, *, passes: int) -> Callable[[int], None]:
        """A counter of the bytes of one file, that tells about them now and then."""
        told = self.bytes_done

        def count(number_of_bytes: int) -> None:
            nonlocal told
            self.bytes_done += number_of_bytes / passes
            if self.bytes_done - told >= PROGRESS_BYTES:
                told = self.bytes_done
                self.on_progress(Progress(name, int(self.bytes_done), self.bytes_total))

        return count

    def _report(self, *, dry_run: bool, skip_invalid: bool, written: bool) -> ImportReport:
        return ImportReport(
            files=tuple(self.tally.files.values()),
            refusals=_with_clients(self.tally.sorted_refusals()),
            refusals_total=self.tally.refusals_total,
            compared_total=self.tally.compared_total,
            notices=(*self.source.notices, *_notices(self.tally)),
            doubts=_with_clients(self.tally.sorted_doubts()),
            doubts_total=self.tally.doubts_total,
            read_as=tuple(self.tally.read_as.values()),
            unlisted=_in_words(self.tally.unlisted),
            unlisted_compared=_in_words(self.tally.unlisted_compared),
            dry_run=dry_run,
            skip_invalid=skip_invalid,
            written=written,
        )


def _in_words(lines: Mapping[str, Iterable[int]]) -> dict[str, str]:
    return {file: lines_in_words(found) for file, found in lines.items()}


def _upload_of(run: ImportRun | None) -> Uploaded | None:
    return Uploaded(by=run.started_by, on=timezone.localdate(run.created_at)) if run else None


def _with_clients(remarks: tuple[Said, ...]) -> tuple[Said, ...]:
    """The same, with identifier and number in the place of the primary key of a client."""
    keys = {one.client for one in remarks if one.client}
    found = Client.objects.in_bulk([int(key) for key in keys])
    told = {str(pk): (str(client.public_id), client.client_number) for pk, client in found.items()}
    return tuple(
        replace(one, client=told[one.client][0], number=told[one.client][1]) if one.client else one
        for one in remarks
    )


def _notices(tally: Tally) -> list[str]:
    told = (_untold_jobs, JobsTable.name), (_untold_contacts, ContactsTable.name)
    untold = [(say, tally.files[name].untold) for say, name in told if name in tally.files]
    said = [say(number) for say, number in untold if number]
    return [*_who_waits(tally), *_who_stays(tally), *said]


def _who_waits(tally: Tally) -> list[str]:
    if not tally.people_who_wait:
        return []
    text = ngettext(
        "%(number)s new person waits for a second person, who confirms the account and the team.",
        "%(number)s new people wait for a second person, who confirms their accounts and teams.",
        tally.people_who_wait,
    )
    return [text % {"number": tally.people_who_wait}]


def _untold_jobs(number: int) -> str:
    text = ngettext(
        "Of %(number)s job the file does not say whether it is a paid job; it does not count as long as "
        "that is not known.",
        "Of %(number)s jobs the file does not say whether they are paid jobs; they do not count as long as "
        "that is not known.",
        number,
    )
    return text % {"number": number}


def _untold_contacts(number: int) -> str:
    text = ngettext(
        "Of %(number)s contact the file does not say whether you saw each other.",
        "Of %(number)s contacts the file does not say whether you saw each other.",
        number,
    )
    return text % {"number": number}


def _who_stays(tally: Tally) -> list[str]:
    if not tally.other_memberships:
        return []
    text = _(
        "%(number)s people are also in a team that staff.csv does not name for them: %(who)s. "
        "They keep access until that membership is ended."
    )
    who = sorted(tally.other_memberships)
    return [text % {"number": len(who), "who": ", ".join(who[:NAMED_PEOPLE])}]


def _refresh_statistics(report: ImportReport) -> None:
    """Tell the planner of many new rows at once; until autovacuum does, a page may take minutes."""
    if report.rows_written < MANY_ROWS:
        return
    tables = ", ".join(connection.ops.quote_name(table.model._meta.db_table) for table in TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _record(report: ImportReport, *, by: User | None, run: ImportRun | None) -> None:
    """One line in the log for an import.

    Without a run an import that changes nothing and asks nothing leaves no trace; with one the line tells
    nothing about what the rows met.
    """
    if run is None:
        if not report.rows_written and not any(one.is_compared for one in report.doubts):
            return
        run = ImportRun.objects.create(
            state=ImportState.DONE,
            skip_invalid=report.skip_invalid,
            started_by=by,
            rows_total=report.rows_read,
            rows_done=report.rows_read,
            report=report.as_json(),
        )
    audit.record(by=by, action=ImportAction.IMPORTED, target=run)


def _chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _uncounted(_number_of_bytes: int) -> None:
    """For a pass that the progress does not show."""

"""How far an import is, and what it reported to whom.

What became of a row depends on what is recorded: whether it changed something, and why it does not fit.
Whoever sees no content of files gets the numbers of rows and the reasons that stand in the files
themselves, and whether any row did not fit what is recorded; the rest is for those who may see the
client that a row is about.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clients.models import Client, ImportAnswer
from ipsplatform.common.classification import declared_of
from ipsplatform.common.declared import BECAUSE, OfClient
from staff.models import AuditEvent, User
from staff.permissions import Ability, has_ability, roles_with
from trajectories.case_import.tables.people import AssignmentsTable
from trajectories.case_import.tables.report import ReadAs
from trajectories.case_import.tables.running import TABLES
from trajectories.case_import.tables.table import CaseTable
from trajectories.case_import.tables.withdrawn import TAKEN_AWAY, Answered, answers_of, back_again
from trajectories.models import ImportRun, ImportState

PROGRESS_SECONDS = 3600
SHOWN_REFUSALS = 200
SHOWN_FOR = timedelta(days=90)
WORDS_OF_A_ROW = ("client", "file", "column", "reason")
TABLE_OF = {table.name: table for table in TABLES}
LABELS = {table.name: table.label_of for table in TABLES}
# Files about clients, with the part of the file of a client that their rows are about.
ABOUT_CLIENTS = {
    table.name: declared.part
    for table in TABLES
    if isinstance(declared := declared_of(table.model), OfClient)
}


@dataclass(frozen=True)
class RunProgress:
    """Bytes of the files together; nothing is known before the worker has begun."""

    file: str = ""
    done: int = 0
    total: int = 0

    @property
    def percentage(self) -> int:
        """Whole percents of the bytes that were read; 0 before the worker has begun."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True)
class RunPage:
    """What the page of one import shows."""

    run: ImportRun
    is_unfinished: bool
    progress: RunProgress
    error: str
    files: list[dict]
    refusals: list[dict]
    refusals_total: int
    refusals_listed: int
    has_compared: bool
    notices: list[str]
    doubts: list[dict]
    doubts_total: int
    read_as: list[ReadAs]
    unlisted: dict[str, str]
    releasers: list[User]

    @property
    def is_taken_over(self) -> bool:
        """Whether the rows that fit were written; else the report says what would be."""
        return self.run.state == ImportState.DONE and not self.run.dry_run

    @property
    def has_assignments(self) -> bool:
        """Whether the files say who follows whom."""
        return any(file["name"] == AssignmentsTable.name for file in self.files)

    @property
    def has_passed(self) -> bool:
        """Whether a dry run found nothing to refuse: the next step is the real import."""
        return (
            self.run.dry_run
            and self.run.state == ImportState.DONE
            and not (self.refusals_total or self.has_compared)
        )

    @property
    def waits_for_release(self) -> bool:
        """Whether the files were checked and a second person has to say yes."""
        return self.run.state == ImportState.CHECKED


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A column as it stands in a file, and in the words of the screen."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class FileOfImport:
    """One of the files of an import, and its columns."""

    name: str
    compulsory: list[NamedColumn]
    optional: list[NamedColumn]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportQuestion:
    """What an import asks about a row of a client who is recorded.

    `withdrawn` is the line of the log about a row that somebody took away; None for another question, of
    which `question` are the words. `answered` is what was answered last; None as long as it is open.
    """

    run: ImportRun
    client: Client
    file: str
    line: int
    row: str
    question: str
    withdrawn: AuditEvent | None
    answered: Answered | None

    @property
    def is_open(self) -> bool:
        """Whether nobody answered since it is asked."""
        return self.answered is None

    @property
    def kind(self) -> str:
        """What the row is: a job, a contact."""
        return str(TABLE_OF[self.file].model._meta.verbose_name)

    @property
    def answers(self) -> list[ImportAnswer]:
        """What can be answered, the first one that the file is right."""
        if self.withdrawn is not None:
            return [ImportAnswer.BACK, ImportAnswer.STAYS]
        return [ImportAnswer.RIGHT, ImportAnswer.IGNORED]

    @property
    def because(self) -> str:
        """Why it was withdrawn, in the words of whoever did."""
        changes = self.withdrawn.changes if self.withdrawn else {}
        return str((changes.get(BECAUSE) or changes.get("why") or ["", ""])[1])

    @property
    def part(self) -> str:
        """The part of the file of the client that the row is about."""
        return ABOUT_CLIENTS[self.file]


@dataclass(frozen=True, slots=True)
class RowThatDoesNotFit:
    """A row of a file that what is recorded about a client stands in the way of.

    `column` is in the words of the screen, empty for the row as a whole.
    """

    run: ImportRun
    client: Client
    file: str
    line: int
    column: str
    reason: str

    @property
    def part(self) -> str:
        """The part of the file of the client that the row is about."""
        return ABOUT_CLIENTS[self.file]


def files_of_import() -> list[FileOfImport]:
    """What an import may hold, in the order in which the files are read."""
    return [
        FileOfImport(
            table.name,
            [_named(table, column.name) for column in table.columns if column.compulsory],
            [_named(table, column.name) for column in table.columns if not column.compulsory],
        )
        for table in TABLES
    ]


def _named(table: type[CaseTable], column: str) -> NamedColumn:
    return NamedColumn(column, table.label_of(column))


def progress_key(run: ImportRun) -> str:
    """Where the cache keeps how far this import is."""
    return f"import-progress-{run.public_id}"


def names_key(run: ImportRun) -> str:
    """Where the cache keeps a few words with accents from the files, to look at."""
    return f"import-names-{run.public_id}"


def run_page(run: ImportRun, *, for_user: User) -> RunPage:
    """The page of a run for the administration; its report only once it is finished.

    The names to look at are for whoever uploaded the files.
    """
    is_unfinished = run.state in (ImportState.WAITING, ImportState.RUNNING)
    told = cache.get(progress_key(run)) if is_unfinished else None
    refusals = open_refusals(run)
    return RunPage(
        run=run,
        is_unfinished=is_unfinished,
        progress=RunProgress(**told) if told else RunProgress(),
        error=run.report.get("error", ""),
        files=[_without_comparison(file, run) for file in run.report.get("files", [])],
        refusals=refusals[:SHOWN_REFUSALS],
        refusals_total=open_total(run) or 0,
        refusals_listed=len(refusals),
        has_compared=_has_compared(run),
        notices=run.report.get("notices", []),
        doubts=_open_doubts(run)[:SHOWN_REFUSALS],
        doubts_total=run.report.get("doubts_total", 0),
        read_as=_read_as(run, for_user),
        unlisted=run.report.get("unlisted", {}),
        releasers=who_may_release(run) if run.state == ImportState.CHECKED else [],
    )


def who_may_release(run: ImportRun) -> list[User]:
    """The other administrators, by name."""
    people = User.objects.active().filter(role__in=roles_with(Ability.ADMINISTER))
    return list(people.exclude(pk=run.started_by_id or 0).order_by("last_name", "first_name", "pk"))


def count_waiting_for(user: User) -> int:
    """How many imports wait for a release that `user` can give."""
    if not has_ability(user, Ability.ADMINISTER):
        return 0
    return ImportRun.objects.filter(state=ImportState.CHECKED).exclude(started_by=user).count()


def open_refusals(run: ImportRun) -> list[dict]:
    """The refusals whose reason stands in the files themselves."""
    return [one for one in run.report.get("refusals", []) if not one.get("is_compared")]


def _read_as(run: ImportRun, user: User) -> list[ReadAs]:
    names = cache.get(names_key(run), {}) if run.started_by_id == user.pk else {}
    return [
        ReadAs(one["file"], one["format"], tuple(names.get(one["file"], ())))
        for one in run.report.get("read_as", [])
    ]


def _open_doubts(run: ImportRun) -> list[dict]:
    """The questions that tell nothing of what is recorded about a client."""
    return [one for one in run.report.get("doubts", []) if not one.get("is_compared")]


def open_total(run: ImportRun) -> int | None:
    """How many reasons stand in the files themselves; None as long as there is no report.

    How many follow from what is recorded is told to nobody: with many rows that would be a search.
    """
    if "refusals_total" not in run.report:
        return None
    return run.report["refusals_total"] - run.report.get("compared_total", 0)


def rows_that_do_not_fit(user: User) -> list[RowThatDoesNotFit]:
    """Rows of recent imports about clients whom lists show to `user`, the newest import first.

    What several imports told of one client in the same words is shown as the newest told it: the file of the
    next night has the row on another line.
    """
    found = [
        (run, one)
        for run in _newest_of_each_content()
        for one in run.report["refusals"]
        if one["client"] and not one.get("follows")
    ]
    asked = Client.objects.listed_for(user).filter(public_id__in={one["client"] for _run, one in found})
    clients = {str(client.public_id): client for client in asked}
    told_by: dict[tuple[object, ...], ImportRun] = {}
    return [
        _row_that_does_not_fit(run, one, clients[one["client"]])
        for run, one in found
        if one["client"] in clients
        and told_by.setdefault(tuple(one[name] for name in ("client", "file", "column", "reason")), run)
        == run
    ]


def has_rows_that_do_not_fit(user: User) -> bool:
    """Whether their page holds something for `user`. One short statement where no import left such rows."""
    if not _recent_that_tell().exists():
        return False
    return bool(rows_that_do_not_fit(user)) or any(one.is_open for one in questions_of_imports(user))


def questions_of_imports(user: User) -> list[ImportQuestion]:
    """What recent imports ask about clients whom lists show to `user`: each row once, as long as the reason
    is there. Those that were answered are among them, so that another answer can be given.
    """
    found: dict[tuple[str, str], tuple[ImportRun, dict]] = {}
    for run in _newest_of_each_content():
        for one in run.report.get("doubts", []):
            if one.get("is_compared") and one["client"] and one.get("row"):
                found.setdefault((one["client"], one["row"]), (run, one))
    seen = Client.objects.listed_for(user).filter(public_id__in={client for client, _row in found})
    clients = {str(client.public_id): client for client in seen.select_related("team")}
    shown = [(run, one) for run, one in found.values() if one["client"] in clients]
    withdrawn = _still_withdrawn(one for _run, one in shown)
    answers = answers_of(client.public_id for client in clients.values()) if shown else {}
    return [
        _question(
            run,
            one,
            client := clients[one["client"]],
            withdrawn=withdrawn.get(_uuid(one)),
            answered=answers.get((client.public_id, one["row"])),
        )
        for run, one in shown
        if (_uuid(one) in withdrawn if one["withdrawn"] else _table_of(one).still_asks(one["row"]))
    ]


def _uuid(one: dict) -> UUID | None:
    return UUID(one["withdrawn"]) if one["withdrawn"] else None


def _table_of(one: dict) -> type[CaseTable]:
    """Of the row that is asked about: the row of the file may hang on it."""
    return TABLE_OF[one["row"].partition(": ")[0]]


def _still_withdrawn(asked: Iterable[dict]) -> dict[UUID | None, AuditEvent]:
    """The lines about withdrawn rows that did not come back, by the identifier of the row."""
    about: dict[type[CaseTable], set[UUID]] = defaultdict(set)
    for one in asked:
        if one["withdrawn"]:
            about[_table_of(one)].add(UUID(one["withdrawn"]))
    away = {row for table, rows in about.items() for row in rows - back_again(table.model, rows)}
    labels = [table.model._meta.label_lower for table in about]
    lines = AuditEvent.objects.filter(target_type__in=labels, target_id__in=away, action__in=TAKEN_AWAY)
    return {line.target_id: line for line in lines.select_related("by").order_by("at", "pk")} if away else {}


def _question(
    run: ImportRun, one: dict, client: Client, *, withdrawn: AuditEvent | None, answered: Answered | None
) -> ImportQuestion:
    is_outdated = withdrawn is not None and answered is not None and answered.at < withdrawn.at
    return ImportQuestion(
        run=run,
        client=client,
        file=_table_of(one).name,
        line=one["line"],
        row=one["row"],
        question=one["reason"],
        withdrawn=withdrawn,
        answered=None if is_outdated else answered,  # of an earlier time that it was withdrawn
    )


def _row_that_does_not_fit(run: ImportRun, one: dict, client: Client) -> RowThatDoesNotFit:
    column = LABELS[one["file"]](one["column"]) if one["column"] else ""
    return RowThatDoesNotFit(run, client, one["file"], one["line"], column, one["reason"])


def _newest_of_each_content() -> QuerySet[ImportRun]:
    """Those of `_recent_that_tell`, the newest first; of the same zip file
    (a dry run and the real one) only the last that was read, also when everything fits by now.
    """
    read = ImportRun.objects.filter(report__has_key="refusals")
    newer = read.exclude(upload_hash="").filter(upload_hash=OuterRef("upload_hash"), pk__gt=OuterRef("pk"))
    told = _recent_that_tell().filter(report__has_key="refusals")
    return told.filter(~Exists(newer)).order_by("-created_at", "-pk")


def _recent_that_tell() -> QuerySet[ImportRun]:
    """The recent imports with rows that do not fit or are asked about."""
    tells = Q(report__compared_total__gt=0) | Q(report__contains={"doubts": [{"is_compared": True}]})
    return ImportRun.objects.filter(tells, created_at__gte=timezone.now() - SHOWN_FOR)


def _has_compared(run: ImportRun) -> bool:
    return run.report.get("compared_total", 0) > 0


def _without_comparison(file: dict, run: ImportRun) -> dict:
    """The counts of one file; of a file about clients not how many rows changed something, or did not fit."""
    told = file | {"taken": file["read"] - file["refused"], "tells_all": file["name"] not in ABOUT_CLIENTS}
    if not told["tells_all"]:
        told |= {"created": None, "changed": None, "unchanged": None, "refused": file.get("refused_openly")}
        told["changes"] = {}
        if _has_compared(run):
            told["taken"] = None
    return told

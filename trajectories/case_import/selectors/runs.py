"""How far an import is, and what it reported to the administration.

What became of a row depends on what is recorded: whether it changed something, and why it does not fit.
Whoever sees no content of files gets the numbers of rows and the reasons that stand in the files
themselves, and whether any row did not fit what is recorded; the rest is for those who may see the
client that a row is about.
"""

from dataclasses import dataclass

from django.core.cache import cache

from staff.models import User
from staff.permissions import Ability, has_ability, roles_with
from trajectories.case_import.selectors.asked import ABOUT_CLIENTS
from trajectories.case_import.tables.people import AssignmentsTable
from trajectories.case_import.tables.report import ReadAs
from trajectories.case_import.tables.running import TABLES
from trajectories.case_import.tables.table import CaseTable
from trajectories.models import ImportRun, ImportState

PROGRESS_SECONDS = 3600
SHOWN_REFUSALS = 200


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

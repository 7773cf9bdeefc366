"""What imports ask about rows, and which rows they left out, for those who may see the client of a row."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clients.models import Client, ImportAnswer
from ipsplatform.common.classification import declared_of
from ipsplatform.common.declared import BECAUSE, OfClient
from staff.models import AuditEvent, User
from staff.permissions import can_open_files
from trajectories.case_import.tables.endings import EndInFile, end_named
from trajectories.case_import.tables.journey import TrajectoriesTable
from trajectories.case_import.tables.running import TABLES
from trajectories.case_import.tables.table import CaseTable
from trajectories.case_import.tables.withdrawn import TAKEN_AWAY, Answered, answers_of, back_again
from trajectories.models import ImportRun, Trajectory

SHOWN_FOR = timedelta(days=90)
TABLE_OF = {table.name: table for table in TABLES}
LABELS = {table.name: table.label_of for table in TABLES}
# Files about clients, with the part of the file of a client that their rows are about.
ABOUT_CLIENTS = {
    table.name: declared.part
    for table in TABLES
    if isinstance(declared := declared_of(table.model), OfClient)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A trajectory, and the end that a file gives it."""

    trajectory: Trajectory
    end: EndInFile

    @property
    def is_asked(self) -> bool:
        """Whether what the file says is still to be told here: the end, or the death."""
        is_unknown = self.end.is_death and not self.trajectory.client.is_deceased
        return self.trajectory.is_open or is_unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportQuestion:
    """What an import asks about a row of a client who is recorded, or about a contact without a client.

    `withdrawn` is the line of the log about a row that somebody took away; None for another question, of
    which `question` are the words. `ending` is the trajectory that a file ends, None for another question.
    `answered` is what was answered last; None as long as it is open. Without a `client` it is about a
    withdrawn contact that named none: its author alone reads it.
    """

    run: ImportRun
    client: Client | None
    file: str
    line: int
    row: str
    question: str
    withdrawn: AuditEvent | None
    ending: "Ending | None"
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
        if self.ending is not None:
            return [ImportAnswer.GOES_ON if self.ending.trajectory.is_open else ImportAnswer.IGNORED]
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


def rows_that_do_not_fit(user: User) -> list[RowThatDoesNotFit]:
    """Rows of recent imports about clients whom lists show to `user`, the newest import first."""
    found = [
        (run, one)
        for run in _newest_of_each_content()
        for one in run.report["refusals"]
        if one["client"] and not one.get("follows")
    ]
    asked = Client.objects.listed_for(user).filter(public_id__in={one["client"] for _run, one in found})
    clients = {str(client.public_id): client for client in asked}
    rows: dict[tuple[object, ...], RowThatDoesNotFit] = {}
    for run, one in found:
        if one["client"] in clients:
            told = tuple(one[name] for name in ("client", "file", "line", "column", "reason"))
            rows.setdefault(told, _row_that_does_not_fit(run, one, clients[one["client"]]))
    return list(rows.values())


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
            if one.get("is_compared") and one.get("row"):
                end = _end_of(one)  # of one trajectory the end in the newest files
                found.setdefault((one["client"], end.number if end else one["row"]), (run, one))
    seen = Client.objects.listed_for(user).filter(public_id__in={client for client, _row in found if client})
    clients = {str(client.public_id): client for client in seen.select_related("team")}
    shown = [(run, one) for run, one in found.values() if one["client"] in clients or _is_own(one, user)]
    withdrawn = _still_withdrawn(one for _run, one in shown)
    endings = _endings(one for _run, one in shown)
    answers = _answers(clients.values(), withdrawn) if shown else {}
    return [
        _question(
            run,
            one,
            client := clients.get(one["client"]),
            withdrawn=withdrawn.get(_uuid(one)),
            ending=endings.get(one["row"]),
            answered=answers.get((client.public_id if client else None, one["row"])),
        )
        for run, one in shown
        if _still_asks(one, withdrawn, endings)
    ]


def _is_own(one: dict, user: User) -> bool:
    """Of a contact that named no client: its author alone saw it, and reads what is asked about it."""
    return not one["client"] and one.get("author") == str(user.public_id) and can_open_files(user)


def _answers(
    clients: Iterable[Client], withdrawn: Mapping[UUID | None, AuditEvent]
) -> dict[tuple[UUID | None, str], Answered]:
    without_client = [about for about, line in withdrawn.items() if about and line.client_id is None]
    return answers_of([client.public_id for client in clients], contacts=without_client)


def _still_asks(one: dict, withdrawn: Container[UUID | None], endings: Mapping[str, Ending]) -> bool:
    if one["withdrawn"]:
        return _uuid(one) in withdrawn
    return endings[one["row"]].is_asked if one["row"] in endings else _table_of(one).still_asks(one["row"])


def _end_of(one: dict) -> EndInFile | None:
    """The end of support that is asked about; None for another question."""
    file, _colon, name = one["row"].partition(": ")
    return end_named(name) if file == TrajectoriesTable.name and not one["withdrawn"] else None


def _endings(asked: Iterable[dict]) -> dict[str, Ending]:
    """By the name of the row, the ends that are asked about. One statement."""
    ends = {one["row"]: end for one in asked if (end := _end_of(one))}
    numbers = {end.number for end in ends.values()}
    known = Trajectory.objects.filter(trajectory_number__in=numbers).select_related("client")
    by_number = {one.trajectory_number: one for one in known} if numbers else {}
    return {
        row: Ending(trajectory=by_number[end.number], end=end)
        for row, end in ends.items()
        if end.number in by_number
    }


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
    run: ImportRun,
    one: dict,
    client: Client | None,
    *,
    withdrawn: AuditEvent | None,
    ending: Ending | None,
    answered: Answered | None,
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
        ending=ending,
        answered=None if is_outdated else answered,  # of an earlier time that it was withdrawn
    )


def _row_that_does_not_fit(run: ImportRun, one: dict, client: Client) -> RowThatDoesNotFit:
    column = LABELS[one["file"]](one["column"]) if one["column"] else ""
    return RowThatDoesNotFit(run, client, one["file"], one["line"], column, one["reason"])


def _newest_of_each_content() -> QuerySet[ImportRun]:
    """Those of `_recent_that_tell`, the newest first; of the same zip file (a dry run and the real one) only
    the last that was read, also when everything fits by now.
    """
    read = ImportRun.objects.filter(report__has_key="refusals")
    newer = read.exclude(upload_hash="").filter(upload_hash=OuterRef("upload_hash"), pk__gt=OuterRef("pk"))
    told = _recent_that_tell().filter(report__has_key="refusals")
    return told.filter(~Exists(newer)).order_by("-created_at", "-pk")


def _recent_that_tell() -> QuerySet[ImportRun]:
    """The recent imports with rows that do not fit or are asked about."""
    tells = Q(report__compared_total__gt=0) | Q(report__contains={"doubts": [{"is_compared": True}]})
    return ImportRun.objects.filter(tells, created_at__gte=timezone.now() - SHOWN_FOR)

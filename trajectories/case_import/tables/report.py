"""What an import did and what it refused, as numbers and sentences without names of people."""

from dataclasses import asdict, dataclass, field
from datetime import date

from staff.models import User

# A file of nonsense would fill the report: the first thousand are listed, all of them are counted.
LISTED_REFUSALS = 1000


@dataclass(frozen=True)
class Uploaded:
    """An import that somebody asked for in the administration, and on which day; who left is nobody."""

    by: User | None
    on: date


@dataclass(frozen=True)
class Refusal:
    """One reason why a row, or with line 0 or 1 a whole file, was left out.

    `is_compared` says that it follows from what is recorded about a client: `client` is the identifier of
    that client, empty when there is none any more. `number` is the client number at that moment.
    `follows` says that the row was refused because the row that it refers to was.
    """

    file: str
    line: int
    column: str
    reason: str
    is_compared: bool = False
    client: str = ""
    number: str = ""
    follows: bool = False


@dataclass
class TableReport:
    """How many rows of one file were read and what became of them, so far or in the end.

    `untold` are the readable rows that do not tell whether they count in a figure, refused or not.
    `is_refused` says that the file as a whole was refused. `refused_openly` leaves out the rows of which
    the reason follows from what is recorded.
    """

    name: str
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refused_openly: int = 0
    untold: int = 0
    is_refused: bool = False


@dataclass(frozen=True)
class ImportReport:
    """The outcome of one import. `written` says whether it changed the database."""

    files: tuple[TableReport, ...]
    refusals: tuple[Refusal, ...]
    refusals_total: int
    compared_total: int
    notices: tuple[str, ...]
    dry_run: bool
    skip_invalid: bool
    written: bool

    @property
    def is_refused(self) -> bool:
        """Whether at least one row or file was refused."""
        return self.refusals_total > 0

    @property
    def rows_read(self) -> int:
        return sum(file.read for file in self.files)

    @property
    def rows_written(self) -> int:
        return sum(file.created + file.changed for file in self.files)

    @property
    def rows_refused(self) -> int:
        return sum(file.refused for file in self.files)

    @property
    def files_refused(self) -> int:
        return sum(file.is_refused for file in self.files)

    def as_json(self) -> dict:
        """The report in the form in which a run stores it."""
        return asdict(self)


@dataclass
class Tally:
    """The report while it is being made."""

    files: dict[str, TableReport] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    refusals_total: int = 0
    compared_total: int = 0
    # Staff numbers of people in a team that the file does not name: their access goes on.
    other_memberships: set[str] = field(default_factory=set)
    doubts: list[tuple[str, int, str, str]] = field(default_factory=list)  # file, line, column, question
    people_who_wait: int = 0  # new ones, for a second person

    def add_refusals(self, refusals: list[Refusal]) -> None:
        """Count refusals and list them as long as there is room.

        What follows from what is recorded has its own room: otherwise the length of the open list would
        tell how many there are.
        """
        for one in refusals:
            self.refusals_total += 1
            self.compared_total += one.is_compared
            before = self.compared_total if one.is_compared else self.refusals_total - self.compared_total
            if before <= LISTED_REFUSALS:
                self.refusals.append(one)

    def sorted_refusals(self) -> tuple[Refusal, ...]:
        order = {name: position for position, name in enumerate(self.files)}
        return tuple(sorted(self.refusals, key=lambda one: (order.get(one.file, -1), one.line)))

"""What an import did and what it refused, as numbers and sentences without names of people."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from staff.models import User

# A file of nonsense would fill the report: the first thousand are listed, all of them are counted.
LISTED_REFUSALS = 1000
LISTED_DOUBTS = 500


@dataclass(frozen=True)
class Uploaded:
    """An import that somebody asked for in the administration, and on which day; who left is nobody."""

    by: User | None
    on: date


@dataclass(frozen=True)
class Remark:
    """Something that is said of one row, or with line 0 or 1 of a whole file.

    `is_compared` says that it follows from what is recorded about a client: `client` is the identifier of
    that client, empty when there is none any more. `number` is the client number at that moment.
    """

    file: str
    line: int
    column: str
    reason: str
    is_compared: bool = False
    client: str = ""
    number: str = ""


@dataclass(frozen=True)
class Refusal(Remark):
    """One reason why a row or a whole file was left out.

    `follows` says that the row was refused because the row that it refers to was.
    """

    follows: bool = False


@dataclass(frozen=True)
class Doubtful(Remark):
    """A row of which the report asks whether it is right.

    `row` names it the same way in every import, so that an answer holds for the next. It was imported, but
    for one that somebody withdrew: `withdrawn` is the identifier that the row had. `author` is that of who
    wrote it, when it was about no client: nobody else reads the question.
    """

    row: str = ""
    withdrawn: str = ""
    author: str = ""


@dataclass(frozen=True)
class ReadAs:
    """How one file was read, and a few words with accents of it, to look at whether that was right."""

    file: str
    format: str
    names: tuple[str, ...] = ()


@dataclass
class TableReport:
    """How many rows of one file were read and what became of them, so far or in the end.

    `untold` are the readable rows that do not tell whether they count in a figure, refused or not.
    `is_refused` says that the file as a whole was refused. `refused_openly` leaves out the rows of which
    the reason follows from what is recorded. `changes` says of how many rows each column changed.
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
    changes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportReport:
    """The outcome of one import. `written` says whether it changed the database.

    `unlisted` are per file the lines of refused rows for which the list had no room, in words; those of
    which the reason follows from what is recorded stand apart.
    """

    files: tuple[TableReport, ...]
    refusals: tuple[Refusal, ...]
    refusals_total: int
    compared_total: int
    notices: tuple[str, ...]
    doubts: tuple[Doubtful, ...]
    doubts_total: int
    read_as: tuple[ReadAs, ...]
    unlisted: dict[str, str]
    unlisted_compared: dict[str, str]
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
        """The report in the form in which a run stores it: without the names."""
        unnamed = tuple(replace(one, names=()) for one in self.read_as)
        return asdict(replace(self, read_as=unnamed))


def lines_in_words(lines: Iterable[int]) -> str:
    """Numbers of lines, those that follow each other as one: 3, 12–40."""
    spans: list[list[int]] = []
    for line in sorted(set(lines)):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


def _lines_by_file() -> dict[str, array]:
    return defaultdict(_no_lines)


def _no_lines() -> array:
    return array("q")


@dataclass
class Tally:
    """The report while it is being made."""

    files: dict[str, TableReport] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    refusals_total: int = 0
    compared_total: int = 0
    unlisted: dict[str, array] = field(default_factory=_lines_by_file)
    unlisted_compared: dict[str, array] = field(default_factory=_lines_by_file)
    read_as: dict[str, ReadAs] = field(default_factory=dict)
    doubts: list[Doubtful] = field(default_factory=list)
    asked_withdrawn: set[str] = field(default_factory=set)  # once, however many rows hang on it
    doubts_total: int = 0  # without those that follow from what is recorded
    # Staff numbers of people in a team that the file does not name: their access goes on.
    other_memberships: set[str] = field(default_factory=set)
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
            else:
                unlisted = self.unlisted_compared if one.is_compared else self.unlisted
                unlisted[one.file].append(one.line)

    def add_doubt(self, doubt: Doubtful) -> None:
        """Count a question and list it as long as there is room; like refusals, those that tell what is
        recorded have their own room.
        """
        if doubt.withdrawn and doubt.withdrawn in self.asked_withdrawn:
            return
        self.asked_withdrawn |= {doubt.withdrawn} - {""}
        self.doubts_total += not doubt.is_compared
        if sum(one.is_compared == doubt.is_compared for one in self.doubts) < LISTED_DOUBTS:
            self.doubts.append(doubt)

    def sorted_refusals(self) -> tuple[Refusal, ...]:
        return tuple(sorted(self.refusals, key=self._place))

    def sorted_doubts(self) -> tuple[Doubtful, ...]:
        return tuple(sorted(self.doubts, key=self._place))

    def _place(self, remark: Remark) -> tuple[int, int]:
        return list(self.files).index(remark.file) if remark.file in self.files else -1, remark.line

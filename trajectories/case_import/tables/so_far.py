"""What the files of one import share while it runs."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from staff.audit import services as audit
from staff.models import User
from trajectories.case_import.tables.endings import EndInFile
from trajectories.case_import.tables.numbers import Numbers
from trajectories.case_import.tables.problems import Doubt, Problem, TableRefusedError
from trajectories.case_import.tables.reading import Row
from trajectories.case_import.tables.report import Doubtful, Refusal, Tally, Uploaded
from trajectories.case_import.tables.withdrawn import WithdrawnRows

if TYPE_CHECKING:
    from trajectories.case_import.tables.table import CaseTable

# A file with more rows than this that are wrong by themselves is not what it should be. Rows that do not fit
# what is recorded are not counted: the limit would tell how many there are.
MAX_REFUSED_ROWS = 100_000


@dataclass
class ImportSoFar:
    """What the files of one import share while it runs."""

    tally: Tally
    numbers: Numbers
    is_check: bool = False  # nothing of it stays
    upload: Uploaded | None = None  # None: the command on the server
    allow_emptying: bool = False
    # Rows of the file that is read now that would empty too much, by line.
    emptying: dict[int, Problem] = field(default_factory=dict)
    known_refusals: dict[tuple[str, int], Problem] = field(default_factory=dict)
    refused_numbers: dict[str, dict[str, tuple[int, Problem]]] = field(default_factory=dict)
    refused_files: set[str] = field(default_factory=set)
    # Ends of trajectories that wait until the jobs have moved: primary key → (line, last day).
    waiting_ends: dict[int, tuple[int, date]] = field(default_factory=dict)
    # Ends of trajectories that ran before this import, by primary key; and those of them that wait until
    # somebody says what becomes of what goes on: these stay when the files are read again.
    ends: dict[int, EndInFile] = field(default_factory=dict)
    waiting_answers: set[int] = field(default_factory=set)
    # Numbers of trajectories that are left out until then, with the client of each.
    left_out_numbers: dict[str, int] = field(default_factory=dict)
    # Trajectories whose end stands in this import: it may be repeated in a reason.
    told_ends: set[int] = field(default_factory=set)
    # Clients whom this import made: nothing was recorded about them.
    new_clients: set[int] = field(default_factory=set)
    withdrawn: WithdrawnRows = field(default_factory=WithdrawnRows)

    @property
    def by(self) -> User | None:
        """Who uploaded the files; nobody for the command on the server."""
        return self.upload.by if self.upload else None

    def unwritten_end(self, trajectory: int) -> date | None:
        """The last day that a file gives a trajectory, while that end waits for something."""
        if trajectory in self.waiting_ends:
            return self.waiting_ends[trajectory][1]
        waits = trajectory in self.waiting_answers and trajectory in self.ends
        return self.ends[trajectory].day if waits else None

    def record(self, lines: Iterable[audit.Line]) -> None:
        """Lines in the log of changes; a check writes none."""
        if not self.is_check:
            audit.record_all(lines, by=self.by)

    def copy(self) -> "ImportSoFar":
        """How far it is, to go back to."""
        apart = {name: deepcopy(getattr(self, name)) for name in ("tally", "known_refusals", "refused_files")}
        return replace(self, **apart, **self._of_written_rows())

    def forget_rows(self, before: "ImportSoFar") -> None:
        """Nothing of a file was written: no row of another file hangs on one of it."""
        for name, value in before._of_written_rows().items():
            setattr(self, name, value)

    def _of_written_rows(self) -> dict[str, Any]:
        return {
            "refused_numbers": {column: dict(found) for column, found in self.refused_numbers.items()},
            "waiting_ends": dict(self.waiting_ends),
            "ends": dict(self.ends),
            "left_out_numbers": dict(self.left_out_numbers),
            "told_ends": set(self.told_ends),
            "new_clients": set(self.new_clients),
        }

    def refuse(self, table: "CaseTable[Any]", row: Row, *problems: Problem) -> None:
        """Refuse a row; rows that refer to its number are refused too."""
        tally = self.tally.files[table.name]
        tally.refused += 1
        tally.refused_openly += not any(problem.is_compared for problem in problems)
        if tally.refused_openly > MAX_REFUSED_ROWS:
            reason = _("More than %(limit)s rows are refused; reading stopped here.")
            raise TableRefusedError(row.line, Problem("", reason % {"limit": MAX_REFUSED_ROWS}))
        self.tally.add_refusals([_refusal(table, row, problem) for problem in problems])
        number = row.values.get(table.key[0])
        if table.is_referred_to and number and not any(problem.repeats for problem in problems):
            numbers = self.refused_numbers.setdefault(table.key[0], {})
            numbers.setdefault(str(number), (row.line, problems[0]))

    def ask(self, table: "CaseTable[Any]", row: Row, doubt: Doubt, *, client: int | None) -> None:
        """Ask in the report whether a row is right; `client` (primary key) when what is recorded about
        that client shows from the question.
        """
        told, author = str(client or ""), str(doubt.author or "")
        self.tally.add_doubt(
            Doubtful(
                table.name,
                row.line,
                doubt.column,
                doubt.question,
                bool(told or author),
                client=told,
                row=doubt.row,
                withdrawn=str(doubt.withdrawn or ""),
                author=author,
            )
        )


def _refusal(table: "CaseTable[Any]", row: Row, problem: Problem) -> Refusal:
    return Refusal(
        table.name,
        row.line,
        problem.column,
        problem.reason,
        is_compared=problem.is_compared,
        client=str(problem.client or ""),
        follows=problem.follows,
    )

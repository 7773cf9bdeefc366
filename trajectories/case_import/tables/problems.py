"""What a file or one of its rows is refused for, and what is only asked about."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which column (empty: the row as a whole).

    `repeats` marks a number that an earlier row has as well: that row counts, and may be referred to.
    `is_compared` says that the reason follows from what is recorded about `client` (primary key): only
    somebody who may see that client reads it. `follows` marks a row that was refused with another row.
    With `is_left_out` it is no refusal: the row waits for an answer, about the row itself or about the one
    that it hangs on. `withdrawn` is the identifier of that one when somebody withdrew it, `row` its name.
    `author` is the identifier of who wrote it, when it was about no client: nobody else reads the question.
    """

    column: str
    reason: str
    repeats: bool = False
    is_compared: bool = False
    client: int | None = None
    follows: bool = False
    is_left_out: bool = False
    withdrawn: UUID | None = None
    row: str = ""
    author: UUID | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is possible but unlikely: the row is imported, and the report asks "is this right?".

    `is_open` says that the question tells nothing of what is recorded about a client, or only what the
    administration lists anyway. `withdrawn` is the identifier of a row that somebody withdrew: the row of
    the file is left out. `row` names the row that is asked about, when it is another one. `author` is who
    alone reads it, as in a problem.
    """

    column: str
    question: str
    is_open: bool = False
    withdrawn: UUID | None = None
    row: str = ""
    author: UUID | None = None


def told_first(problems: list[Problem]) -> list[Problem]:
    """Only those that stand in the files, when there are any: the others would change what is counted."""
    return [one for one in problems if not one.is_compared] or problems


class TableRefusedError(Exception):
    """The whole file is unusable; nothing of it is imported."""

    def __init__(self, line: int, *problems: Problem) -> None:
        super().__init__(line, problems)
        self.line = line
        self.problems = problems

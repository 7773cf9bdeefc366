"""A column that would empty many known values is rather a mistake in the export than the truth."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from ipsplatform.common.classification import declared_of
from ipsplatform.common.declared import OfClient
from trajectories.case_import.tables.problems import Problem
from trajectories.case_import.tables.reading import Row

if TYPE_CHECKING:
    from trajectories.case_import.tables.table import CaseTable

MAX_EMPTIED = 10  # known values of one column (domain.md, section 10)


def rows_that_empty_too_much(table: "CaseTable[Any]", chunks: Iterable[list[Row]]) -> dict[int, Problem]:
    """Per line why the row is refused: its column empties more than MAX_EMPTIED values in this file.

    Writes nothing. A row that is wrong by itself does not count.
    """
    emptied: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for rows in chunks:
        for row, known in table.recorded([row for row in rows if not row.problems]):
            for column in table.emptied(row, known):
                emptied[column].append((row.line, table.client_of_either(row, known)))
    return {
        line: _problem(table, column, len(found), client)
        for column, found in emptied.items()
        if len(found) > MAX_EMPTIED
        for line, client in found
    }


def _problem(table: "CaseTable[Any]", column: str, number: int, client: int | None) -> Problem:
    if isinstance(declared_of(table.model), OfClient):
        reason = _(
            "This field is known and the file leaves it empty, and so in more than %(limit)s rows. Leave the "
            "column out, or allow that empty cells empty what is known (--allow-emptying)."
        )
        return Problem(column, reason % {"limit": MAX_EMPTIED}, is_compared=True, client=client)
    reason = _(
        "This column would empty %(number)s known values. Leave the column out, or allow that empty cells "
        "empty what is known (--allow-emptying)."
    )
    return Problem(column, reason % {"number": number})

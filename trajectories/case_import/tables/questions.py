"""What the report asks of rows that are imported: is this right?"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from trajectories.case_import.tables.cells import shown
from trajectories.case_import.tables.problems import Doubt
from trajectories.case_import.tables.reading import Row
from trajectories.case_import.tables.writing import Change
from trajectories.case_import.tables.zeros import alike_in_file, alike_recorded, differs_by_zeros

if TYPE_CHECKING:
    from trajectories.case_import.tables.table import CaseTable


def ask_before_writing(table: "CaseTable[Any]", rows: list[Row]) -> None:
    """Ask what shows from the files and from the numbers that are recorded.

    Of all rows that are right by themselves, whether they fit what is recorded about a client or not: so the
    questions tell nothing of that.
    """
    for row in rows:
        for doubt in table.doubts_alone(table.by_itself(row)):
            table.so_far.ask(table, row, doubt, client=None)
    _ask_about_numbers(table, rows)


def ask_after_writing(table: "CaseTable[Any]", change: Change) -> None:
    """Ask what shows when a row that was written is laid beside others.

    About a client who was recorded before this import, only who may see that client reads it.
    """
    client = table.client_of_either(change.row, change.instance)
    is_known = client is not None and client not in table.so_far.new_clients
    for doubt in table.doubts(change.instance, change.row):
        told_to = client if is_known and not doubt.is_open else None
        table.so_far.ask(table, change.row, doubt, client=told_to)


def _ask_about_numbers(table: "CaseTable[Any]", rows: list[Row]) -> None:
    """Whether a new number may be meant as one of before. Numbers are no secret (ADR 39)."""
    name = table.key[0]
    field = next(column.field for column in table.columns if column.name == name)
    if not field:  # a number of another file: a reference to it is looked up
        return
    numbers = [str(row.values[name]) for row in rows]
    recorded = table.model._base_manager.filter(**{f"{field}__in": numbers}).values_list(field, flat=True)
    new = dict.fromkeys(numbers)
    for number in recorded:
        new.pop(number, None)
    alike = alike_in_file(table.model, numbers) | alike_recorded(table.model, field, new)
    for row, number in zip(rows, numbers, strict=True):
        if number in new and number in alike:
            question = (
                _("%(number)s differs from %(other)s by zeros in front only.")
                if differs_by_zeros(number, alike[number])
                else _("%(number)s looks like %(other)s. Is it another client?")
            )
            values = {"number": shown(number), "other": shown(alike[number])}
            table.so_far.ask(table, row, Doubt(name, question % values), client=None)

"""What the report asks of rows that are imported: is this right?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.periods import in_digits
from trajectories.case_import.tables.cells import shown
from trajectories.case_import.tables.endings import EndInFile
from trajectories.case_import.tables.problems import Doubt, Problem
from trajectories.case_import.tables.reading import Reference, Row
from trajectories.case_import.tables.withdrawn import COMES_BACK, GOES_ON, STAYS_AWAY, Withdrawn
from trajectories.case_import.tables.writing import Change
from trajectories.case_import.tables.zeros import alike_in_file, alike_recorded, differs_by_zeros
from trajectories.models import Trajectory

if TYPE_CHECKING:
    from trajectories.case_import.tables.table import CaseTable


def ask_before_writing(table: "CaseTable[Any]", rows: list[Row]) -> None:
    """Ask what shows from the files and from the numbers that are recorded.

    Of all rows that are right by themselves, whether they fit what is recorded about a client or not: so the
    questions tell nothing of that.
    """
    for row in rows:
        for doubt in table.doubts_alone(table.by_itself(row)):
            _ask(table, row, doubt)
    _ask_about_numbers(table, rows)


def ask_after_writing(table: "CaseTable[Any]", written: list[Change]) -> None:
    """Ask what shows when the rows that were written are laid beside others, unless it was answered.

    About a client who was recorded before this import, only who may see that client reads it.
    """
    new = table.so_far.new_clients
    clients = {id(change): table.client_of_either(change.row, change.instance) for change in written}
    known = [change for change in written if clients[id(change)] not in (None, *new)]
    for change, doubt in table.doubts(known):
        client_id = change.instance.trajectory.client.public_id
        if not table.so_far.withdrawn.answer_to(client_id, name_of(table, change.row)):
            _ask(table, change.row, doubt, client=None if doubt.is_open else clients[id(change)])


def _ask_about_numbers(table: "CaseTable[Any]", rows: list[Row]) -> None:
    """Whether a new number may be meant as an earlier one. Numbers are no secret (ADR 39)."""
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
            _ask(table, row, Doubt(name, question % values))


def leave_out_withdrawn(table: "CaseTable[Any]", rows: list[Row], existing: dict[tuple, Any]) -> list[Row]:
    """The rows without those that somebody withdrew: these are asked about, until that is answered."""
    withdrawn = table.so_far.withdrawn.of(table.model)
    if not withdrawn:
        return rows
    right = []
    for row in rows:
        key = table.row_key(row)
        found = withdrawn.get(key) if key not in existing else None
        problem = None if found is None else _withdrawn(table, found, table.key[0], name_of(table, row))
        if problem:
            leave_out(table, row, problem)
        else:
            right.append(row)
    return right


def hangs_on(table: "CaseTable[Any]", reference: Reference, number: str) -> Problem | None:
    """That a row refers to one that waits for an answer; None when none does, or it may come back."""
    if reference.model is Trajectory and (client := table.so_far.left_out_numbers.get(number)):
        return Problem(reference.column, "", is_compared=True, client=client, is_left_out=True)
    found = table.so_far.withdrawn.of(reference.model).get((number,))
    return (
        None
        if found is None
        else _withdrawn(table, found, reference.column, name_of_row(reference.file, [number]))
    )


def goes_on(table: "CaseTable[Any]", client: Client, end: EndInFile) -> bool:
    """Whether somebody said that the support of `client` goes on, whatever the file says of its end."""
    answer = table.so_far.withdrawn.answer_to(client.public_id, name_of_row(table.name, [end.name]))
    return answer in GOES_ON


def ask_about_end(table: "CaseTable[Any]", row: Row, end: EndInFile) -> None:
    """Ask what becomes of what goes on after an end of support."""
    doubt = Doubt("ended_on", end.question, row=name_of_row(table.name, [end.name]))
    _ask(table, row, doubt, client=row.found["client"].pk)


def leave_out(table: "CaseTable[Any]", row: Row, problem: Problem) -> None:
    """Write nothing of a row, and count it as one that changed nothing; an open question is asked."""
    table.so_far.tally.files[table.name].unchanged += 1
    if problem.reason and (problem.client or problem.author):
        doubt = Doubt(
            problem.column,
            problem.reason,
            withdrawn=problem.withdrawn,
            row=problem.row,
            author=problem.author,
        )
        _ask(table, row, doubt, client=problem.client)


def name_of(table: "CaseTable[Any]", row: Row) -> str:
    """How this row is called in every import."""
    return name_of_row(table.name, [row.values[name] for name in table.key])


def name_of_row(file: str, key: Iterable[object]) -> str:
    """How a row is called in every import: its file, and what tells it apart there."""
    return f"{file}: {' '.join(in_digits(one) if isinstance(one, date) else str(one) for one in key)}"


def _ask(table: "CaseTable[Any]", row: Row, doubt: Doubt, *, client: int | None = None) -> None:
    asked = doubt if doubt.row else replace(doubt, row=name_of(table, row))
    table.so_far.ask(table, row, asked, client=client)


def _withdrawn(table: "CaseTable[Any]", found: Withdrawn, column: str, row: str) -> Problem | None:
    answer = table.so_far.withdrawn.answer_to(found.client_id, row, since=found.at)
    if answer in COMES_BACK:
        return None
    text = _("This was withdrawn. The row is left out until somebody says that it comes back.")
    question = "" if answer in STAYS_AWAY else text
    return Problem(
        column,
        question,
        is_compared=True,
        client=found.client,
        is_left_out=True,
        withdrawn=found.about,
        row=row,
        author=found.author,
    )

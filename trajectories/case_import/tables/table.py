"""What the eight files have in common: rows in, references looked up, rules asked, changes written."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from ipsplatform.common.declared import client_of
from ipsplatform.common.errors import RuleError
from ipsplatform.common.partial_dates import columns_of, partial_fields, value_in
from trajectories.case_import.tables import questions
from trajectories.case_import.tables.dangling import dangling
from trajectories.case_import.tables.fields import label_in
from trajectories.case_import.tables.problems import Doubt, Problem, told_first
from trajectories.case_import.tables.reading import Column, Reference, Row
from trajectories.case_import.tables.rules import DoesNotFitError
from trajectories.case_import.tables.so_far import ImportSoFar
from trajectories.case_import.tables.writing import Change, write_changes
from trajectories.case_import.tables.zeros import alike_recorded

Made = TypeVar("Made", bound=models.Model)


class Step(Enum):
    """In which order the rows of a file with periods are written.

    What ends makes room first, so that a handover inside one file never has two open rows at a time.
    """

    CLOSING = "closing"
    OPENING = "opening"
    NEW = "new"


class CaseTable(Generic[Made]):
    """One of the eight files. A subclass says which columns, which row it makes, which rules hold."""

    name: ClassVar[str]
    model: type[Made]
    columns: ClassVar[tuple[Column, ...]]
    key: ClassVar[tuple[str, ...]]
    references: ClassVar[tuple[Reference, ...]] = ()
    derived: ClassVar[tuple[str, ...]] = ()
    steps: tuple[Step, ...] = ()
    is_referred_to: ClassVar[bool] = False
    asked_when: ClassVar[dict[str, Callable[[Any], str]]] = {}  # column: what to ask of an unlikely value
    together: ClassVar[tuple[str, ...]] = ()  # columns that a rule of one row compares with each other

    def __init__(self, so_far: ImportSoFar) -> None:
        self.so_far = so_far
        self.made: set[int] = set()  # keys of rows that this import made itself

    @classmethod
    def label_of(cls, column: str) -> str:
        """A column in the words of the screen; as it stands in the file when no field has words for it."""
        targets = {reference.column: reference.target for reference in cls.references if reference.fills}
        fields = {one.name: one.field or targets.get(one.name) or one.name for one in cls.columns}
        return label_in(cls.model, fields.get(column, column))

    # What a subclass says

    at_once: ClassVar[int] = 1000  # rows that are looked up and written together

    def existing(self, rows: list[Row]) -> dict[tuple, Made]:
        """The rows in the database with the keys of `rows`; for a key of one column it is this."""
        (name,) = self.key
        field_name = next(column.field for column in self.columns if column.name == name)
        found = self.model._base_manager.filter(**{f"{field_name}__in": {row.values[name] for row in rows}})
        return {(getattr(one, field_name),): one for one in found}

    def row_key(self, row: Row) -> tuple:
        return tuple(row.values[name] for name in self.key)

    def prepare(self, rows: list[Row]) -> None:
        """Fetch in one go what the rules need for these rows."""

    def complete(self, instance: Made, row: Row) -> None:
        """Fill what follows from other columns."""

    def make_named(self, rows: list[Row]) -> None:
        """Make what rows name that are right by themselves, before they are compared with what is recorded.

        Rows of which the reason of refusal follows from what is recorded are among them.
        """

    def check_alone(self, instance: Made) -> None:
        """Raise RuleError when the columns of the row do not go together, whatever it refers to.

        Asked of an instance with nothing but these columns, and of the row as it would be stored.
        """

    def waits(self, row: Row, known: Made | None) -> Problem | None:  # noqa: ARG002
        """Why the row is left out until another one is written that waits for an answer."""
        return None

    def check(self, instance: Made, row: Row) -> None:
        """Raise RuleError when the row, as it would be stored, breaks a rule that looks at other rows."""

    def doubts_alone(self, instance: Made) -> Iterable[Doubt]:
        """What is unlikely but possible in the columns of the row, whatever is recorded.

        Asked of an instance with nothing but these columns, of each row that is right by itself.
        """
        fields = {column.name: column.field for column in self.columns}
        for column, ask in self.asked_when.items():
            value = value_in(instance, fields[column])
            if value is not None and (question := ask(value)):
                yield Doubt(column, question)

    def doubts(self, written: list[Change]) -> Iterable[tuple[Change, Doubt]]:  # noqa: ARG002
        """What is unlikely but possible when rows that were written are laid beside others.

        Asked about clients who were recorded before: only those who may see one read it, unless `is_open`.
        """
        return ()

    def shows_more(self, instance: Made, before: dict[str, Any] | None) -> Problem | None:  # noqa: ARG002
        """Why no upload may write the row: somebody would see what was recorded before it.

        `before` are the values that the row sets, as they are recorded; None for a row that is new.
        """
        return None

    def together_right(self, changes: list[Change]) -> list[Change]:
        """The changes without those that a refused row takes with it."""
        return changes

    @classmethod
    def still_asks(cls, row: str) -> bool:  # noqa: ARG003
        """Whether a question of `doubts` about the row of this name still stands, by what is recorded now."""
        return True

    def before_write(self, changes: list[Change]) -> None:
        """Create what the changes depend on."""

    def note_made(self, change: Change) -> None:
        """Remember a row that this import made, in files with periods: only those look back."""
        if self.steps:
            self.made.add(change.instance.pk)

    def client_of(self, row: Row) -> int | None:
        """The client whom a row is about, by primary key; None in a file that is not about clients."""
        found = row.found.get("trajectory")
        return found.client_id if found else getattr(row.found.get("client"), "pk", None)

    def leaves_untold(self, row: Row) -> bool:  # noqa: ARG002
        """Whether the row does not tell if it counts in a figure; never looks at what is recorded."""
        return False

    def after_write(self, changes: list[Change]) -> None:
        """Do what follows from the changes that were written."""

    def emptied(self, row: Row, known: Made) -> list[str]:
        """The columns whose empty cell empties what is known."""
        fields = {column.name: column.field for column in self.columns if column.name in row.blank}
        targets = {one.column: f"{one.target}_id" for one in self.references if one.fills}
        empty = {column.name: column.empty for column in self.columns}
        return [
            name
            for name, own in fields.items()
            if (attribute := targets.get(name) or own)
            and getattr(known, attribute) not in (None, "", empty[name])
        ]

    def changed_columns(self, change: Change) -> list[str]:
        """The columns that changed what was recorded."""
        columns = {column.field: column.name for column in self.columns if column.field}
        columns |= {one.target: one.column for one in self.references}
        columns |= {one.precision_field: columns[name] for name, one in partial_fields(self.model).items()}
        return list(dict.fromkeys(columns.get(name, name) for name in change.fields))

    # What they share

    def recorded(self, rows: list[Row]) -> list[tuple[Row, Made]]:
        """Those of the rows that are recorded already, beside what is recorded. Reports nothing."""
        problems: dict[int, list[Problem]] = {}
        for reference in self.references:
            self._look_up(reference, rows, problems)
        rows = [row for row in rows if row.line not in problems]
        existing = self.existing(rows)
        return [(row, existing[key]) for row in rows if (key := self.row_key(row)) in existing]

    def take(self, rows: list[Row], step: Step | None) -> None:
        """Import a chunk of rows; with a step only those that belong to it."""
        first = step is None or step == self.steps[0]
        if first:  # before anything is looked up: the number may not tell what is recorded
            readable = (row for row in rows if not row.problems)
            self.so_far.tally.files[self.name].untold += sum(map(self.leaves_untold, readable))
        rows = self._resolved(self._without_problems(rows, report=first), report=first)
        if not rows:
            return
        existing = self.existing(rows)
        if step is not None:
            rows = [row for row in rows if self._step_of(row, existing) == step]
        rows = questions.leave_out_withdrawn(self, rows, existing)
        self.prepare(rows)
        rows = self._without_waiting(rows, existing)
        changes = [change for row in rows if (change := self._change(row, existing))]
        self._write(self.together_right(changes))

    def _without_waiting(self, rows: list[Row], existing: dict[tuple, Made]) -> list[Row]:
        right = []
        for row in rows:
            if problem := self.waits(row, existing.get(self.row_key(row))):
                questions.leave_out(self, row, problem)
            else:
                right.append(row)
        return right

    def _without_problems(self, rows: Iterable[Row], *, report: bool) -> list[Row]:
        good = []
        for row in rows:
            known = self.so_far.known_refusals.get((self.name, row.line))
            problems = row.problems or ([known] if known else [])
            if not problems:
                good.append(row)
            elif report:
                self.so_far.refuse(self, row, *problems)
        return good

    def _resolved(self, rows: list[Row], *, report: bool) -> list[Row]:
        problems: dict[int, list[Problem]] = {}
        for reference in self.references:
            self._look_up(reference, rows, problems)
        right = []
        for row in rows:
            told = told_first(problems.get(row.line, []))
            if (not told or told[0].is_compared) and (own := self._wrong_by_itself(row)):
                told = [own]
            if not told or told[0].is_compared:
                right.append(row)
            if told and report and told[0].is_left_out:
                questions.leave_out(self, row, told[0])
            elif told and report:
                self.so_far.refuse(self, row, *told)
        if report:
            questions.ask_before_writing(self, right)
        self.make_named(right)
        return [row for row in right if row.line not in problems]

    def _wrong_by_itself(self, row: Row) -> Problem | None:
        """What is told whatever is recorded, also when the row hangs on one that does not fit.

        Nothing when a column that its rules need is not in the file: what is recorded fills it.
        """
        if any(name not in row.values for name in self.together):
            return None
        try:
            self.check_alone(self.by_itself(row))
        except RuleError as error:
            return Problem(self._column_of(error), str(error))
        return None

    def by_itself(self, row: Row) -> Made:
        """A row of the table with nothing but what stands in its columns."""
        instance = self.model()
        for column in self.columns:
            if column.field and column.name in row.values:
                for name, value in columns_of(self.model, {column.field: row.values[column.name]}).items():
                    setattr(instance, name, value)
        return instance

    def _look_up(self, reference: Reference, rows: list[Row], problems: dict[int, list[Problem]]) -> None:
        numbers = {number for row in rows if (number := row.values.get(reference.column))}
        query = reference.model._base_manager.filter(**{f"{reference.field}__in": numbers})
        found = {getattr(one, reference.field): one for one in query.only(reference.field, *reference.only)}
        refused = self.so_far.refused_numbers.get(reference.column, {})
        missing = {str(number) for number in numbers if number not in found and number not in refused}
        alike = alike_recorded(reference.model, reference.field, missing)
        for row in rows:
            number = row.values.get(reference.column)
            if not number:
                continue
            row.found[reference.target] = found.get(number)
            if number in refused or number not in found:
                problem = None if number in refused else questions.hangs_on(self, reference, number)
                problem = problem or dangling(self.so_far, reference, str(number), alike.get(number, ""))
                problems.setdefault(row.line, []).append(problem)

    def _step_of(self, row: Row, existing: dict[tuple, Made]) -> Step:
        instance: Any = existing.get(self.row_key(row))
        if instance is None:
            return Step.NEW
        return Step.CLOSING if row.values.get("ended_on", instance.ended_on) else Step.OPENING

    def _change(self, row: Row, existing: dict[tuple, Made]) -> Change | None:
        known = existing.get(self.row_key(row))
        instance = known or self.model()
        values = self._values(row)
        moved = self._move(known, values) if known is not None else None
        before = {name: getattr(instance, name) for name in (*values, *self.derived)}
        for name, value in values.items():
            setattr(instance, name, value)
        self.complete(instance, row)
        problem = self._refused_by_a_rule(instance, row, is_known=known is not None)
        if moved is not None and (problem is None or problem.is_compared or self.client_of(row) is None):
            problem = moved
        if self.so_far.upload is not None and (problem is None or problem.is_compared):
            problem = self.shows_more(instance, before if known is not None else None) or problem
        if known is not None and (problem is None or problem.is_compared):
            problem = self.so_far.emptying.get(row.line, problem)
        if problem is not None:
            self.so_far.refuse(self, row, problem)
            return None
        changed = [name for name, value in before.items() if getattr(instance, name) != value]
        fields = tuple(name.removesuffix("_id") for name in changed)
        return Change(row=row, instance=instance, is_new=known is None, fields=fields, before=before)

    def _values(self, row: Row) -> dict[str, object]:
        given = [one for one in self.columns if one.field and one.name in row.values]
        values = columns_of(self.model, {one.field: row.values[one.name] for one in given})
        for reference in self.references:
            if reference.fills and reference.column in row.values:
                found = row.found.get(reference.target)
                values[f"{reference.target}_id"] = found.pk if found else None
        return values

    def _move(self, known: Any, values: dict[str, object]) -> Problem | None:
        """Why the row may not be written: it would take something out of the file that it lies in."""
        for reference in self.references:
            name = f"{reference.target}_id"
            held = getattr(known, name, None)
            if reference.stays and held is not None and values.get(name, held) != held:
                reason = _(
                    "This number is recorded elsewhere. No file moves it to another client or trajectory."
                )
                client = client_of(known)
                pk = client.pk if client else None
                return Problem(reference.column, reason, is_compared=True, client=pk)
        return None

    def _refused_by_a_rule(self, instance: Made, row: Row, *, is_known: bool) -> Problem | None:
        """Asked before whether the row moves: what stands in the file is told whatever is recorded."""
        try:
            self.check_alone(instance)
            self.check(instance, row)
        except RuleError as error:
            return self._problem(row, error, known=instance if is_known else None)
        return None

    def _problem(self, row: Row, error: RuleError, *, known: Made | None) -> Problem:
        column, reason = self._column_of(error), str(error)
        client = self.client_of_either(row, known)
        if client is not None and client in self.so_far.new_clients:
            return Problem(column, reason)
        # Where the file has no column the rule looked at what may be recorded.
        lacks = any(name not in row.values for name in self.together)
        is_compared = lacks and (client is not None or known is not None)
        if isinstance(error, DoesNotFitError):
            is_compared = client is not None
        elif is_compared:
            reason = _("This does not fit what is recorded and is not in this file.")
        return Problem(column, reason, is_compared=is_compared, client=client if is_compared else None)

    def _column_of(self, error: RuleError) -> str:
        return next((column.name for column in self.columns if column.name == error.field), "")

    def client_of_either(self, row: Row, known: Made | None) -> int | None:
        """The client whom a row is about; of a known row without such a column, the recorded one."""
        client = self.client_of(row)
        if client is None and known is not None and (found := client_of(known)):
            return found.pk
        return client

    def _refuse_written(self, change: Change, problem: Problem) -> None:
        """The database has the last word, and it looks at everything that is recorded."""
        client = self.client_of_either(change.row, None if change.is_new else change.instance)
        told = replace(problem, is_compared=client is not None, client=client)
        self.so_far.refuse(self, change.row, told)

    def _write(self, changes: list[Change]) -> None:
        asking = [change for change in changes if self.asks(change)]
        self.before_write(asking)
        tally = self.so_far.tally.files[self.name]
        tally.unchanged += len(changes) - len(asking)
        written = write_changes(asking, numbers=self.so_far.numbers, refuse=self._refuse_written)
        self.after_write(written)
        for change in written:
            if change.is_new:
                self.note_made(change)
            if change.is_new or change.first is not None:
                tally.created += 1
            else:
                tally.changed += 1
                for column in self.changed_columns(change):
                    tally.changes[column] = tally.changes.get(column, 0) + 1
        questions.ask_after_writing(self, written)

    def asks(self, change: Change) -> bool:
        """Whether a change has something to write."""
        return change.asks_something or (change.second is not None and change.second.asks_something)

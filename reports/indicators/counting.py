"""Counting the trajectories behind figures, or their clients, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Expression, Q, QuerySet

from reports.indicators.facts import Reading
from reports.indicators.figure import Figure, FigurePart, Unit
from reports.indicators.proportion import Tally
from reports.indicators.scope import ReportWindow
from reports.indicators.statement import Statement, StatementWriter
from trajectories.models import Trajectory

_WHOM = {Unit.CLIENT: "DISTINCT client_id", Unit.TRAJECTORY: "*"}


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A whole number of each trajectory for which the condition `of` holds."""

    value: Expression
    of: Q


@dataclass(frozen=True)
class Counts:
    """What was counted over one group of trajectories; `group` holds the values that they share."""

    group: Mapping[str, Any]
    row: Mapping[str, Any]

    def number(self, key: str, part: FigurePart = FigurePart.DENOMINATOR) -> int:
        """How many are in this part of the figure `key`."""
        return self.row[_column(key, part.value)]

    def tally(self, figure: Figure) -> Tally:
        """The numbers of a proportion, with those it leaves out and those whom missing facts decide."""
        key = figure.key
        holds = self.number(key, FigurePart.NUMERATOR)
        return Tally(
            numerator=holds,
            denominator=self.number(key),
            not_yet_mature=self.number(key, FigurePart.LEFT_OUT) if figure.left_out else None,
            unknown=self._read(key, Reading.POSSIBLE) - holds if figure.has_bounds else None,
            doubtful=holds - self._read(key, Reading.CERTAIN) if figure.has_bounds else None,
        )

    def _read(self, key: str, reading: Reading) -> int:
        return self.row[_column(key, reading.name.lower())]

    def values(self, column: str) -> Sequence[int]:
        """What was gathered under this name, in no order."""
        return self.row[column] or []

    def marked(self, column: str) -> int:
        """How many rows the mark of this name holds for."""
        return self.row[column]


def counting(
    rows: QuerySet[Trajectory],
    figures: Iterable[Figure],
    window: ReportWindow,
    *,
    gathered: Mapping[str, Gathered] | None = None,
    marks: Mapping[str, Q] | None = None,
    by: Sequence[str] = (),
) -> Statement:
    """The statement that counts all `figures` over `rows` (`facts.observed`), and for whom each mark holds.

    For the whole, and for every combination of values of the columns `by`.
    """
    writer = StatementWriter(rows, by=by)
    for figure in figures:
        for name, condition in _counted(figure, window).items():
            writer.count(name, _WHOM[figure.unit], condition)
    for name, condition in (marks or {}).items():
        writer.count(name, _WHOM[Unit.TRAJECTORY], condition)
    for name, one in (gathered or {}).items():
        writer.gather(name, one.value, one.of)
    return writer.written()


def counts_of_groups(statement: Statement) -> list[Counts]:
    """What a statement of `counting` finds, for each of its groups."""
    return [Counts(group, row) for group, row in statement.run()]


def counts_of(statement: Statement) -> Counts:
    """The same of a statement that has no groups."""
    (everything,) = counts_of_groups(statement)
    return everything


def _counted(figure: Figure, window: ReportWindow) -> dict[str, Q]:
    """The condition of every column of a figure."""
    parts = {part.value: condition for part, condition in figure.conditions(window).items()}
    read = {reading.name.lower(): figure.holds(window, reading) for reading in figure.readings()}
    return {_column(figure.key, part): condition for part, condition in {**parts, **read}.items()}


def _column(key: str, part: str) -> str:
    return f"{key.replace('.', '_')}_{part}"

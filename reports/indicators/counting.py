"""Counting the trajectories behind figures, or their clients, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, When

from reports.indicators.facts import Reading
from reports.indicators.figure import Figure, FigurePart, Unit
from reports.indicators.proportion import Tally
from reports.indicators.scope import ReportWindow
from reports.indicators.sql import OfTrajectory
from trajectories.models import Trajectory


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
        """The values of a column that was asked for as a list."""
        return self.row[column] or []

    def marked(self, column: str) -> int:
        """How many rows have a value in a column that was asked for as a mark."""
        return self.row[column]


def count(
    rows: QuerySet[Trajectory],
    figures: Iterable[Figure],
    window: ReportWindow,
    *,
    lists: Sequence[str] = (),
    marks: Sequence[str] = (),
) -> Counts:
    """Count all `figures` over all rows, in one statement.

    Gathers the columns named in `lists`, and counts the rows of which a column in `marks` is not null.
    """
    (everything,) = count_groups(rows, figures, window, lists=lists, marks=marks, by=())
    return everything


def count_groups(
    rows: QuerySet[Trajectory],
    figures: Iterable[Figure],
    window: ReportWindow,
    *,
    lists: Sequence[str] = (),
    marks: Sequence[str] = (),
    by: Sequence[str],
) -> list[Counts]:
    """The same for the whole and for every combination of values of the columns `by`, in one statement.

    The conditions are the ORM's. Counting over its grouped rows takes a query in FROM with GROUP BY CUBE,
    for which the ORM has no words; that outer half holds nothing but names from this package.
    """
    columns, wanted = {}, []
    for figure in figures:
        for name, condition in _counted(figure, window).items():
            whom = Case(When(condition, then=F(figure.unit.value)))
            columns[name] = OfTrajectory(whom, output_field=BigIntegerField())
            wanted.append(f"COUNT({'DISTINCT ' * (figure.unit is Unit.CLIENT)}{name})")
    wanted += [f"ARRAY_AGG({name}) FILTER (WHERE {name} IS NOT NULL)" for name in lists]
    wanted += [f"COUNT({name})" for name in marks]
    wanted += [f"{name}, GROUPING({name})" for name in by]
    inner, values = rows.annotate(**columns).values(*by, *lists, *marks, *columns).query.sql_with_params()
    cube = f"GROUP BY CUBE ({', '.join(by)})" if by else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(wanted)} FROM ({inner}) trajectory {cube}", values)  # noqa: S608
        return [_counts(row, (*columns, *lists, *marks), by) for row in cursor]


def _counts(row: Sequence, names: Sequence[str], by: Sequence[str]) -> Counts:
    shared = row[len(names) :]
    group = {
        name: value for name, value, is_any in zip(by, shared[::2], shared[1::2], strict=True) if not is_any
    }
    return Counts(group, dict(zip(names, row[: len(names)], strict=True)))


def _counted(figure: Figure, window: ReportWindow) -> dict[str, Q]:
    """The condition of every column of a figure."""
    parts = {part.value: condition for part, condition in figure.conditions(window).items()}
    read = {reading.name.lower(): figure.holds(window, reading) for reading in figure.readings()}
    return {_column(figure.key, part): condition for part, condition in {**parts, **read}.items()}


def _column(key: str, part: str) -> str:
    return f"{key.replace('.', '_')}_{part}"

"""Counting the trajectories behind figures, or their clients, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, QuerySet, When

from reports.indicators.figure import Figure, FigurePart, Unit
from reports.indicators.proportion import Proportion
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
        return self.row[_column(key, part)]

    def proportion(self, figure: Figure) -> Proportion:
        """The figure itself, with those it leaves out."""
        key = figure.key
        left_out = self.number(key, FigurePart.LEFT_OUT) if figure.left_out else None
        return Proportion.of(
            self.number(key, FigurePart.NUMERATOR), self.number(key), not_yet_mature=left_out
        )

    def values(self, column: str) -> Sequence[int]:
        """The values of a column that was asked for as a list."""
        return self.row[column] or []


def count(
    rows: QuerySet[Trajectory], figures: Iterable[Figure], window: ReportWindow, *, lists: Iterable[str] = ()
) -> Counts:
    """Count all `figures` over all rows, in one statement, and gather the columns named in `lists`."""
    (everything,) = count_groups(rows, figures, window, lists=lists, by=())
    return everything


def count_groups(
    rows: QuerySet[Trajectory],
    figures: Iterable[Figure],
    window: ReportWindow,
    *,
    lists: Iterable[str] = (),
    by: Sequence[str],
) -> list[Counts]:
    """The same for the whole and for every combination of values of the columns `by`, in one statement.

    The conditions are the ORM's. Counting over its grouped rows takes a query in FROM with GROUP BY CUBE,
    for which the ORM has no words; that outer half holds nothing but names from this package.
    """
    columns, wanted = {}, []
    for figure in figures:
        for part, condition in figure.conditions(window).items():
            name = _column(figure.key, part)
            whom = Case(When(condition, then=F(figure.unit.value)))
            columns[name] = OfTrajectory(whom, output_field=BigIntegerField())
            wanted.append(f"COUNT({'DISTINCT ' * (figure.unit is Unit.CLIENT)}{name})")
    wanted += [f"ARRAY_AGG({name}) FILTER (WHERE {name} IS NOT NULL)" for name in lists]
    wanted += [f"{name}, GROUPING({name})" for name in by]
    inner, values = rows.annotate(**columns).values(*by, *lists, *columns).query.sql_with_params()
    cube = f"GROUP BY CUBE ({', '.join(by)})" if by else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(wanted)} FROM ({inner}) trajectory {cube}", values)  # noqa: S608
        return [_counts(row, (*columns, *lists), by) for row in cursor]


def _counts(row: Sequence, names: Sequence[str], by: Sequence[str]) -> Counts:
    shared = row[len(names) :]
    group = {
        name: value for name, value, is_any in zip(by, shared[::2], shared[1::2], strict=True) if not is_any
    }
    return Counts(group, dict(zip(names, row[: len(names)], strict=True)))


def _column(key: str, part: FigurePart) -> str:
    return f"{key.replace('.', '_')}_{part.value}"

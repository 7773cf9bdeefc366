"""A figure is a pair of conditions on trajectories; whatever counts or lists its people starts here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, When

from reports.indicators.proportion import Proportion
from reports.indicators.sql import OfTrajectory
from trajectories.models import Trajectory


class Unit(Enum):
    """What a figure counts; a client with two trajectories counts once."""

    CLIENT = "client"
    TRAJECTORY = "pk"


class Part(Enum):
    """The people of a figure: those it is about, those for whom it holds, those who are too recent."""

    DENOMINATOR = "denominator"
    NUMERATOR = "numerator"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A share: of the trajectories in `denominator` (or their clients), those in `numerator` too.

    A bare count has no numerator. `key` is the one of domain.md, section 5, with the number of months or
    weeks behind a dot.
    """

    key: str
    unit: Unit
    denominator: Q
    numerator: Q | None = None
    left_out: Q | None = None

    def conditions(self) -> dict[Part, Q]:
        """The trajectories behind each part of the figure."""
        found = {Part.DENOMINATOR: self.denominator}
        if self.numerator is not None:
            found[Part.NUMERATOR] = self.denominator & self.numerator
        if self.left_out is not None:
            found[Part.LEFT_OUT] = self.left_out
        return found


@dataclass(frozen=True)
class Counts:
    """What was counted over one group of trajectories; `group` holds the values that they share."""

    group: Mapping[str, object]
    row: Mapping[str, object]

    def number(self, key: str, part: Part = Part.DENOMINATOR) -> int:
        return self.row[_column(key, part)]

    def proportion(self, key: str) -> Proportion:
        return Proportion.of(self.number(key, Part.NUMERATOR), self.number(key))

    def values(self, column: str) -> Sequence[int]:
        """The values of a column that was asked for as a list."""
        return self.row[column] or []


def count(rows: QuerySet[Trajectory], figures: Iterable[Figure], *, lists: Iterable[str] = ()) -> Counts:
    """Count all `figures` over all rows, in one statement, and gather the columns named in `lists`."""
    (everything,) = count_groups(rows, figures, lists=lists, by=())
    return everything


def count_groups(
    rows: QuerySet[Trajectory], figures: Iterable[Figure], *, lists: Iterable[str] = (), by: Sequence[str]
) -> list[Counts]:
    """The same for the whole and for every combination of values of the columns `by`, in one statement.

    The conditions are the ORM's. Counting over its grouped rows takes a query in FROM with GROUP BY CUBE,
    for which the ORM has no words; that outer half holds nothing but names from this package.
    """
    columns, wanted = {}, []
    for figure in figures:
        for part, condition in figure.conditions().items():
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


def _column(key: str, part: Part) -> str:
    return f"{key.replace('.', '_')}_{part.value}"

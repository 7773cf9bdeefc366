"""A figure is a pair of conditions on trajectories; whatever counts or lists its people starts here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from django.db.models import Aggregate, BigIntegerField, Case, Count, F, Q, QuerySet, When

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
    """The outcome of one counting statement."""

    row: Mapping[str, object]

    def number(self, key: str, part: Part = Part.DENOMINATOR) -> int:
        return self.row[f"{_column(key, part)}_count"]

    def proportion(self, key: str) -> Proportion:
        return Proportion.of(self.number(key, Part.NUMERATOR), self.number(key))


def count(rows: QuerySet[Trajectory], figures: Iterable[Figure], **others: Aggregate) -> Counts:
    """Count all `figures`, and whatever else is asked of the same trajectories, in one statement."""
    counted, counts = {}, {}
    for figure in figures:
        for part, condition in figure.conditions().items():
            column = _column(figure.key, part)
            whom = Case(When(condition, then=F(figure.unit.value)))
            counted[column] = OfTrajectory(whom, output_field=BigIntegerField())
            counts[f"{column}_count"] = Count(column, distinct=figure.unit is Unit.CLIENT)
    return Counts(rows.annotate(**counted).aggregate(**counts, **others))


def _column(key: str, part: Part) -> str:
    return f"{key.replace('.', '_')}_{part.value}"

"""The people behind a number: the rows that its statement counts."""

from django.db.models import Q, QuerySet

from reports.indicators.facts import Reading, observed
from reports.indicators.figure import Figure, FigurePart
from reports.indicators.report import FIGURES
from reports.indicators.scope import ReportWindow, Scope
from trajectories.models import Trajectory


def people_behind(
    key: str, scope: Scope, window: ReportWindow, part: FigurePart = FigurePart.NUMERATOR
) -> QuerySet[Trajectory]:
    """The trajectories that the figure `key` counts in this part; KeyError for an unknown key or part.

    A figure that counts clients counts each of their clients once. The caller adds who may see them.
    """
    figure = FIGURES[key]
    rows = observed(scope, window)
    if not figure.has_bounds or part not in (FigurePart.UNKNOWN, FigurePart.DOUBTFUL):
        return rows.filter(figure.conditions(window)[part])
    known, possible, certain = (figure.holds(window, reading) for reading in Reading)
    if part is FigurePart.UNKNOWN:
        return _only_in(rows, figure, possible, known)
    return _only_in(rows, figure, known, certain)


def _only_in(rows: QuerySet[Trajectory], figure: Figure, wide: Q, narrow: Q) -> QuerySet[Trajectory]:
    """A client whom another trajectory puts in the narrow group is not in the difference."""
    unit = figure.unit.value
    return rows.filter(wide).exclude(**{f"{unit}__in": rows.filter(narrow).values(unit)})

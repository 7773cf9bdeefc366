"""The people behind a number: the rows that its statement counts."""

from django.db.models import QuerySet

from reports.indicators.facts import observed
from reports.indicators.figure import FigurePart
from reports.indicators.report import FIGURES
from reports.indicators.scope import ReportWindow, Scope
from trajectories.models import Trajectory


def people_behind(
    key: str, scope: Scope, window: ReportWindow, part: FigurePart = FigurePart.NUMERATOR
) -> QuerySet[Trajectory]:
    """The trajectories that the figure `key` counts in this part; KeyError for an unknown key or part.

    A figure that counts clients counts each of their clients once. The caller adds who may see them.
    """
    return observed(scope, window).filter(FIGURES[key].conditions(window)[part])

"""`time_to_first_job`: how long until the first job, for those who started without work."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, When

from reports.indicators.cohort import in_cohort
from reports.indicators.scope import ReportWindow
from reports.indicators.sql import DaysBetween, OfTrajectory
from trajectories.models import Trajectory

INCIDENCE_DAYS = (180, 365, 548, 913)

# The columns that `with_durations` adds and that `estimators.time_to_first_job` is given.
DURATIONS = ("days_placed", "days_ended", "days_waiting")


@dataclass(frozen=True, kw_only=True)
class CumulativeIncidence:
    days: int
    value: float | None


@dataclass(frozen=True, kw_only=True)
class TimeToFirstJob:
    """`km_median_days` is None when the curve does not reach 50%."""

    n: int
    events: int
    ended_without_job: int
    km_median_days: int | None
    median_days_placed: float | None
    cumulative_incidence: tuple[CumulativeIncidence, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "n": self.n,
            "events": self.events,
            "ended_without_job": self.ended_without_job,
            "km_median_days": self.km_median_days,
            "median_days_placed": self.median_days_placed,
            "cumulative_incidence": [
                {"days": point.days, "value": point.value} for point in self.cumulative_incidence
            ],
        }


def with_durations(rows: QuerySet[Trajectory], window: ReportWindow) -> QuerySet[Trajectory]:
    """Add to each trajectory the days until what happened first, under the name of what that was."""
    placed, ended = Q(placed_on__isnull=False), Q(ended_on__lte=window.as_of)
    until_placed = DaysBetween(first="enrolled_on", last="placed_on")
    until_last_day = DaysBetween(first="enrolled_on", last="caseload_to")
    after = {
        "days_placed": (placed, until_placed),
        "days_ended": (~placed & ended, until_last_day),
        "days_waiting": (~placed & ~ended, until_last_day),
    }
    return rows.annotate(
        **{
            name: OfTrajectory(Case(When(in_cohort(window) & what, then=days)), output_field=IntegerField())
            for name, (what, days) in after.items()
        }
    )

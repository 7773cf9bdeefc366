"""`time_to_first_job`: how long until the first job, for those who started without work."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from reports.indicators.cohort import in_cohort
from reports.indicators.figure import Words
from reports.indicators.scope import ReportWindow
from reports.indicators.sql import DaysBetween, OfTrajectory
from trajectories.models import Trajectory

INCIDENCE_DAYS = (180, 365, 548, 913)

# The columns that `with_durations` adds and that `estimators.time_to_first_job` is given.
DURATIONS = ("days_placed", "days_ended", "days_waiting")


@dataclass(frozen=True, kw_only=True)
class CumulativeIncidence:
    """The fraction that had a first job so many days after enrolment; None without anybody, or hidden."""

    days: int
    value: float | None
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class TimeToFirstJob:
    """Numbers of trajectories and medians in days.

    `km_median_days` is None when the curve does not reach 50%, a count when it is hidden.
    """

    n: int | None
    events: int | None
    ended_without_job: int | None
    km_median_days: int | None
    median_days_placed: float | None
    cumulative_incidence: tuple[CumulativeIncidence, ...]
    is_hidden: bool = False


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


def words() -> dict[str, Words]:
    """The words of each part, by the name it has in the report contract, ready to show."""
    curve = {f"cumulative_incidence.{days}": _CURVE.filled({"days": days}) for days in INCIDENCE_DAYS}
    return {**{name: part.filled({}) for name, part in _PARTS.items()}, **curve}


_SOURCE = _("definition of this product")
_PARTS = {
    "n": Words(
        label=_("Started without work"),
        definition=_("Trajectories that started without work."),
        source=_SOURCE,
    ),
    "events": Words(
        label=_("Found a first job"),
        definition=_("Of those: with a first regular job since enrolment."),
        source=_SOURCE,
    ),
    "ended_without_job": Words(
        label=_("Stopped without a job"), definition=_("Of those: ended before a first job."), source=_SOURCE
    ),
    "km_median_days": Words(
        label=_("Half has a job after (Kaplan–Meier)"),
        definition=_(
            "The day on which half would have found a first job. Anyone who stopped, or "
            "still looks for work, counts until the last day that is known. Not reached: "
            "fewer than half found a job."
        ),
        source=_SOURCE,
    ),
    "median_days_placed": Words(
        label=_("Days until the job, of those who found one"),
        definition=_(
            "The median of those who found a job. This is shorter: those who found none are not in it."
        ),
        source=_SOURCE,
    ),
}
_CURVE = Words(
    label=_("Proportion with a first job within %(days)s days"),
    definition=_(
        "The proportion that found a first job; those who stopped are no longer waiting (Aalen–Johansen)."
    ),
    source=_SOURCE,
)

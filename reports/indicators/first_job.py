"""`time_to_first_job`: how long until the first job, for those who started without work."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.indicators.cohort import in_cohort
from reports.indicators.counting import Counts, Gathered
from reports.indicators.figure import Words
from reports.indicators.scope import ReportWindow, days_earlier
from reports.indicators.sql import DaysBetween

INCIDENCE_DAYS = (180, 365, 548, 913)

# What is asked of each trajectory: the days until what happened first, and whether it was followed so long.
DURATIONS = ("days_placed", "days_ended", "days_waiting")
FOLLOWED = {days: f"followed_{days}" for days in INCIDENCE_DAYS}


@dataclass(frozen=True, kw_only=True)
class CumulativeIncidence:
    """The fraction that had a first job so many days after enrolment; None without anybody, or hidden.

    `followed`: enrolled at least so many days before the as-of day. `waiting`: of those, neither placed nor
    ended before that day. Both are None for readers outside the team, and in figures of definition 2026-1.
    """

    days: int
    value: float | None
    followed: int | None = None
    waiting: int | None = None
    is_hidden: bool = False

    @property
    def is_too_early(self) -> bool:
        """Whether nobody has been followed for so long yet."""
        return self.value is None and not self.is_hidden


@dataclass(frozen=True, kw_only=True)
class TimeToFirstJob:
    """Numbers of trajectories and medians in days.

    `median_days`: the day on which the cumulative incidence reaches 50%. It and `km_median_days` are None
    when their curve does not, a count when it is hidden.
    """

    n: int | None
    events: int | None
    ended_without_job: int | None
    median_days: int | None
    km_median_days: int | None
    median_days_placed: float | None
    cumulative_incidence: tuple[CumulativeIncidence, ...]
    is_hidden: bool = False
    is_without_median: bool = False  # definition 2026-1 has no `median_days`

    @property
    def without_followed(self) -> "TimeToFirstJob":
        """The same without how many were followed or still wait, at each point."""
        points = (replace(point, followed=None, waiting=None) for point in self.cumulative_incidence)
        return replace(self, cumulative_incidence=tuple(points))

    @property
    def is_too_early(self) -> bool:
        """Whether nobody was followed up to the first of the agreed days: then no median can be told."""
        return all(point.is_too_early for point in self.cumulative_incidence)


def durations(window: ReportWindow) -> dict[str, Gathered]:
    """The days until what happened first, under the name of what that was."""
    placed, waits = Q(placed_on__isnull=False), Q(placed_on__isnull=True)
    ended = Q(ended_on__lte=window.as_of)
    goes_on = Q(ended_on__isnull=True) | Q(ended_on__gt=window.as_of)
    until_placed = DaysBetween(first="enrolled_on", last="placed_on")
    until_last_day = DaysBetween(first="enrolled_on", last="caseload_to")
    cohort = in_cohort(window)
    found = (
        Gathered(value=until_placed, of=cohort & placed),
        Gathered(value=until_last_day, of=cohort & waits & ended),
        Gathered(value=until_last_day, of=cohort & waits & goes_on),
    )
    return dict(zip(DURATIONS, found, strict=True))


def followed(window: ReportWindow) -> dict[str, Q]:
    """Who was enrolled so many days before the as-of day, under the names of `FOLLOWED`."""
    cohort = in_cohort(window)
    return {
        name: cohort & Q(enrolled_on__lte=days_earlier(window.as_of, days)) for days, name in FOLLOWED.items()
    }


def observations(counts: Counts) -> dict[str, Any]:
    """What `estimators.time_to_first_job` is given of one group of trajectories."""
    marked = {days: counts.marked(name) for days, name in FOLLOWED.items()}
    return {**{name: counts.values(name) for name in DURATIONS}, "followed": marked}


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
    "median_days": Words(
        label=_("Half has a job after"),
        definition=_(
            "The day on which the proportion with a first job reaches half of all who started; those who "
            "stopped stay in it. Not reached: fewer than half found a job in the time that is known. Too "
            "early to tell: nobody has been followed for half a year yet."
        ),
        source=_SOURCE,
    ),
    "km_median_days": Words(
        label=_("Half has a job after, if nobody stopped (Kaplan–Meier)"),
        definition=_(
            "The day on which half would have found a first job if nobody stopped. Anyone who stopped, or "
            "still looks for work, counts until the last day that is known. This is shorter than the real "
            "time: part of them stop."
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
        "The proportion that found a first job; those who stopped stay in it (Aalen–Johansen). It is there "
        "when somebody was followed that long: they enrolled at least so many days before the as-of day. "
        "Still waiting: followed that long, and neither placed nor stopped before that day."
    ),
    source=_SOURCE,
)

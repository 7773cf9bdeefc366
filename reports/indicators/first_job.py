"""`time_to_first_job`: how long until the first job, for those who started without work."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Case, IntegerField, Q, QuerySet, When
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from reports.indicators.cohort import in_cohort
from reports.indicators.proportion import DECIMALS
from reports.indicators.scope import ReportWindow
from reports.indicators.sql import DaysBetween, OfTrajectory
from trajectories.models import Trajectory

INCIDENCE_DAYS = (180, 365, 548, 913)
CENSORED, PLACED, ENDED = 0, 1, 2
# The curve is a product of floats: a survival of exactly one half may come out a hair above it.
_HALF = 0.5 + 1e-9

# The columns that `with_durations` adds and that `estimate` is given.
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


def estimate(
    *, days_placed: Sequence[int], days_ended: Sequence[int], days_waiting: Sequence[int]
) -> TimeToFirstJob:
    """The curves over trajectories that were placed, ended without a job, or still wait."""
    groups = {PLACED: days_placed, ENDED: days_ended, CENSORED: days_waiting}
    days = np.concatenate([np.asarray(group, dtype=int) for group in groups.values()])
    outcome = np.repeat(list(groups), [len(group) for group in groups.values()])
    return TimeToFirstJob(
        n=len(days),
        events=len(days_placed),
        ended_without_job=len(days_ended),
        km_median_days=_kaplan_meier_median(days, outcome),
        median_days_placed=_median(days_placed),
        cumulative_incidence=_cumulative_incidence(days, outcome),
    )


def _kaplan_meier_median(days: np.ndarray, outcome: np.ndarray) -> int | None:
    """The first day on which half is placed; an end without a job counts as censored."""
    if not np.any(outcome == PLACED):
        return None
    curve = SurvfuncRight(days, (outcome == PLACED).astype(int))
    reached = np.flatnonzero(curve.surv_prob <= _HALF)
    return int(curve.surv_times[reached[0]]) if len(reached) else None


def _median(days_placed: Sequence[int]) -> float | None:
    """The middle one, or halfway the two in the middle; a whole number where it is one."""
    if not days_placed:
        return None
    middle = float(np.median(days_placed))
    return int(middle) if middle.is_integer() else middle


def _cumulative_incidence(days: np.ndarray, outcome: np.ndarray) -> tuple[CumulativeIncidence, ...]:
    """The Aalen-Johansen curve on the agreed days; after the last observation its last value stays."""
    if not len(days):
        return tuple(CumulativeIncidence(days=at, value=None) for at in INCIDENCE_DAYS)
    if not np.any(outcome == PLACED):
        return tuple(CumulativeIncidence(days=at, value=0.0) for at in INCIDENCE_DAYS)
    # With weights statsmodels leaves out the standard errors, which divide by zero on the last day.
    curve = CumIncidenceRight(days, outcome, freq_weights=np.ones(len(days)))
    steps = np.concatenate([[0.0], curve.cinc[PLACED - 1]])
    return tuple(
        CumulativeIncidence(
            days=at, value=round(float(steps[np.searchsorted(curve.times, at, side="right")]), DECIMALS)
        )
        for at in INCIDENCE_DAYS
    )

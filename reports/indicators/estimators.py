"""The estimates that a statistics library makes.

Only this module imports statsmodels, which brings scipy, pandas and numpy: together most of the memory of a
process at its start. Import it where something is estimated, not at the top of a module.
"""

from collections.abc import Sequence

import numpy as np
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from reports.indicators.first_job import INCIDENCE_DAYS, CumulativeIncidence, TimeToFirstJob
from reports.indicators.proportion import DECIMALS

CENSORED, PLACED, ENDED = 0, 1, 2
# The curve is a product of floats: a survival of exactly one half may come out a hair above it.
_HALF = 0.5 + 1e-9


def wilson_interval(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95% interval of a proportion, as two fractions. The denominator is at least 1."""
    low, high = proportion_confint(numerator, denominator, alpha=0.05, method="wilson")
    # Floating point leaves bounds like -1e-17, which would read as -0.0.
    return round(max(0.0, float(low)), DECIMALS), round(min(1.0, float(high)), DECIMALS)


def time_to_first_job(
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

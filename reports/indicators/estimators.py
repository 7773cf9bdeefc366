"""The estimates that a statistics library makes.

Only this module imports statsmodels, which brings scipy, pandas and numpy: together most of the memory of a
process at its start. The worker and commands import it where something is estimated; a web process never does
(ADR 56).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from reports.indicators.first_job import INCIDENCE_DAYS, CumulativeIncidence, TimeToFirstJob
from reports.indicators.proportion import DECIMALS

CENSORED, PLACED, ENDED = 0, 1, 2
# The curve is a product of floats: a survival of exactly one half may come out a hair above it.
_HALF = 0.5 + 1e-9


def time_to_first_job(
    *,
    days_placed: Sequence[int],
    days_ended: Sequence[int],
    days_waiting: Sequence[int],
    followed: Mapping[int, int],
) -> TimeToFirstJob:
    """The curves over trajectories that were placed, ended without a job, or still wait.

    `followed`: for each of `INCIDENCE_DAYS` how many of them were enrolled at least so many days before
    the as-of day.
    """
    groups = {PLACED: days_placed, ENDED: days_ended, CENSORED: days_waiting}
    days = np.concatenate([np.asarray(group, dtype=int) for group in groups.values()])
    outcome = np.repeat(list(groups), [len(group) for group in groups.values()])
    times, incidence = _cumulative_incidence(days, outcome)
    return TimeToFirstJob(
        n=len(days),
        events=len(days_placed),
        ended_without_job=len(days_ended),
        median_days=_first_at_half(times, incidence >= 1 - _HALF),
        km_median_days=_kaplan_meier_median(days, outcome),
        median_days_placed=_median(days_placed),
        cumulative_incidence=tuple(
            _point(at, days, followed[at], curve=(times, incidence)) for at in INCIDENCE_DAYS
        ),
    )


def _point(
    at: int, days: np.ndarray, followed: int, *, curve: tuple[np.ndarray, np.ndarray]
) -> CumulativeIncidence:
    return CumulativeIncidence(
        days=at,
        value=_value_at(at, *curve) if followed else None,
        followed=followed,
        waiting=int(np.count_nonzero(days >= at)),
    )


def _kaplan_meier_median(days: np.ndarray, outcome: np.ndarray) -> int | None:
    """The first day on which half is placed; an end without a job counts as censored."""
    if not np.any(outcome == PLACED):
        return None
    curve = SurvfuncRight(days, (outcome == PLACED).astype(int))
    return _first_at_half(curve.surv_times, curve.surv_prob <= _HALF)


def _first_at_half(times: np.ndarray, is_reached: np.ndarray) -> int | None:
    """The first day on which a curve has come to one half; None when it does not."""
    reached = np.flatnonzero(is_reached)
    return int(times[reached[0]]) if len(reached) else None


def _median(days_placed: Sequence[int]) -> float | None:
    """The middle one, or halfway the two in the middle; a whole number where it is one."""
    if not days_placed:
        return None
    middle = float(np.median(days_placed))
    return int(middle) if middle.is_integer() else middle


def _cumulative_incidence(days: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Aalen-Johansen curve: its days, and the fraction that had a first job by each of them."""
    if not np.any(outcome == PLACED):
        return np.empty(0, dtype=int), np.empty(0)
    # With weights statsmodels leaves out the standard errors, which divide by zero on the last day.
    curve = CumIncidenceRight(days, outcome, freq_weights=np.ones(len(days)))
    return curve.times, curve.cinc[PLACED - 1]


def _value_at(day: int, times: np.ndarray, incidence: np.ndarray) -> float:
    """The curve on one day; after the last observation its last value stays."""
    before = int(np.searchsorted(times, day, side="right"))
    return round(float(incidence[before - 1]), DECIMALS) if before else 0.0

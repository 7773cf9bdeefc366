"""The estimators give what was worked out by hand and what statsmodels gives."""

import random

import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from tests.oracle.estimators import cumulative_incidence, kaplan_meier_median, step_value, wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate", "interval", "decimals"),
    [
        (1328, 3679, 36.10, (34.56, 37.66), 2),  # Werkmonitor, second quarter of 2023
        (216, 307, 70.36, (65.0, 75.2), 1),
        (91, 374, 24.33, (20.3, 28.9), 1),
    ],
)
def test_wilson_gives_the_worked_examples(numerator, denominator, rate, interval, decimals):
    assert round(100 * numerator / denominator, 2) == rate
    assert tuple(round(100 * bound, decimals) for bound in wilson(numerator, denominator)) == interval


def test_wilson_equals_statsmodels():
    for denominator in range(1, 60):
        for numerator in range(denominator + 1):
            expected = proportion_confint(numerator, denominator, method="wilson")
            assert wilson(numerator, denominator) == pytest.approx(expected, abs=1e-12)


def test_estimators_give_what_was_worked_out_by_hand():
    observed = [(0, "placed"), (100, "ended"), (200, "placed"), (300, "nothing")]
    curve = cumulative_incidence(observed)  # 1/4, then 3/4 x 2/3 x 1/2 = 1/4 more
    assert [step_value(curve, day) for day in (0, 199, 200, 913)] == [0.25, 0.25, 0.5, 0.5]
    assert kaplan_meier_median(observed) == 200  # 3/4 x 1/2
    assert kaplan_meier_median([(5, "placed"), (9, "ended"), (9, "nothing")]) is None


def test_curve_that_just_reaches_half_has_a_median():
    assert kaplan_meier_median([(10, "placed"), (20, "placed"), (30, "nothing"), (40, "nothing")]) == 20


@pytest.mark.parametrize("seed", range(25))
def test_estimators_equal_statsmodels(seed):
    rng = random.Random(seed)
    observed = [(rng.randrange(0, 60), rng.choice(["placed", "ended", "nothing"])) for _ in range(80)]
    times = np.array([day for day, _ in observed])
    causes = np.array([["nothing", "placed", "ended"].index(what) for _, what in observed])
    incidence = CumIncidenceRight(
        times, causes, freq_weights=np.ones(80)
    )  # weights: no standard errors, no 0/0
    ours = cumulative_incidence(observed)
    assert [day for day, _ in ours] == list(incidence.times)
    assert [float(value) for _, value in ours] == pytest.approx(list(incidence.cinc[0]), abs=1e-12)
    survival = SurvfuncRight(times, np.array([what == "placed" for _, what in observed]).astype(int))
    reached = [
        int(day) for day, left in zip(survival.surv_times, survival.surv_prob, strict=True) if left <= 0.5
    ]
    assert kaplan_meier_median(observed) == (reached[0] if reached else None)


def test_statsmodels_quantile_skips_a_day_on_which_exactly_half_is_left():
    """Why the median is read off the curve: 2 of 4 placed on day 4 is 50%, yet `quantile` answers 5."""
    survival = SurvfuncRight([3, 4, 5, 6], [1, 1, 1, 1])
    assert (survival.quantile(0.5), kaplan_meier_median([(day, "placed") for day in (3, 4, 5, 6)])) == (5, 4)

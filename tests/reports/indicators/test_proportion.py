from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from reports.figures.display import percent
from reports.indicators.proportion import Proportion, Tally, proportions, wilson_interval


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate", "low", "high"),
    [(1328, 3679, 36.10, 34.56, 37.66), (216, 307, 70.36, 65.0, 75.2), (91, 374, 24.33, 20.3, 28.9)],
)
def test_published_examples(numerator, denominator, rate, low, high):
    found = Proportion.of(numerator, denominator)
    assert round(100 * found.rate, 2) == rate
    decimals = 2 if denominator == 3679 else 1
    assert round(100 * found.ci_low, decimals) == low
    assert round(100 * found.ci_high, decimals) == high


def test_empty_denominator_gives_no_value():
    assert Proportion.of(0, 0) == Proportion(numerator=0, denominator=0, rate=None, ci_low=None, ci_high=None)


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "text"),
    [
        (29, 200, 0, "15%"),  # its float is 0.14499999999999999
        (1, 8, 0, "13%"),
        (57, 1000, 1, "5,7%"),
        (15003, 60013, 1, "25,0%"),
        (1145, 2000, 1, "57,3%"),
        (400, 1143, 1, "35,0%"),
    ],
)
def test_page_rounds_half_up_from_the_exact_fraction(numerator, denominator, decimals, text):
    assert percent(Proportion.of(numerator, denominator).exact, decimals=decimals) == text


def test_page_does_not_round_what_was_rounded():
    numerator, denominator = _just_under_a_half()
    found = Proportion.of(numerator, denominator)
    assert found.rate == 0.3455
    assert percent(found.rate, decimals=1) != percent(found.exact, decimals=1)


def _just_under_a_half():
    """A rate that six decimals lift to a half of one decimal of a percentage."""
    for denominator in range(1001, 9999):
        numerator = (2 * 345 + 1) * denominator // 2000
        exact = Fraction(numerator, denominator)
        if 0 < Fraction(691, 2000) - exact < Fraction(1, 2_000_001):
            return numerator, denominator
    raise AssertionError


def test_bounds_are_what_missing_answers_could_make_of_it():
    found = Proportion.of(26, 68, unknown=6, doubtful=1)
    assert found.bounds == (Fraction(25, 68), Fraction(32, 68))
    assert (found.worst, found.best) == (0.367647, 0.470588)


def test_without_missing_answers_the_bounds_are_the_rate_itself():
    found = Proportion.of(26, 68, unknown=0, doubtful=0)
    assert (found.bounds, found.worst, found.best) == (None, found.rate, found.rate)


def test_all_intervals_together_are_those_of_each():
    tallies = [Tally(numerator=n, denominator=d) for n, d in ((0, 5), (0, 0), (5, 5), (1328, 3679))]
    assert proportions(tallies) == [Proportion.of(tally.numerator, tally.denominator) for tally in tallies]


def test_nobody_of_some_has_a_bound_of_plain_zero():
    found = Proportion.of(0, 12)
    assert (found.rate, str(found.ci_low)) == (0.0, "0.0")
    assert 0.2 < found.ci_high < 0.3


def test_everybody_has_a_bound_of_plain_one():
    found = Proportion.of(12, 12)
    assert (found.rate, found.ci_high) == (1.0, 1.0)


@given(st.integers(1, 400_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_rate_lies_within_its_interval(counts):
    found = Proportion.of(*counts)
    assert 0 <= found.ci_low <= found.rate <= found.ci_high <= 1
    assert found.ci_low < found.ci_high
    assert all(value == round(value, 6) for value in (found.rate, found.ci_low, found.ci_high))


def test_every_interval_is_that_of_statsmodels():
    """Our own arithmetic saves a web process the library (ADR 56), and comes to the same six decimals."""
    for denominator in (*range(1, 60), 997, 25_000):
        numerators = np.arange(0, denominator + 1, max(1, denominator // 100))
        expected = zip(*proportion_confint(numerators, denominator, method="wilson"), strict=True)
        found = [wilson_interval(int(numerator), denominator) for numerator in numerators]
        assert found == [(round(max(0.0, low), 6), round(min(1.0, high), 6)) for low, high in expected]

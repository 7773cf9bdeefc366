import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.indicators.proportion import Proportion


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

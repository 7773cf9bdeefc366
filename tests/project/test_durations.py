"""How long something lasted, in words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsplatform.common.durations import age_on, length_in_words, period_in_words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), "1 dag"),
        (date(2026, 1, 1), date(2026, 1, 14), "14 dagen"),
        (date(2026, 1, 1), date(2026, 1, 15), "2 weken"),
        (date(2026, 1, 1), date(2026, 3, 1), "8 weken"),
        (date(2026, 1, 1), date(2026, 3, 2), "2 maanden"),
        (date(2026, 1, 31), date(2026, 4, 30), "3 maanden"),
        (date(2025, 1, 1), date(2025, 12, 31), "1 jaar"),
        (date(2025, 1, 1), date(2026, 1, 31), "1 jaar en 1 maand"),
        (date(2024, 2, 29), date(2026, 5, 27), "2 jaar en 2 maanden"),
    ],
)
def test_period_in_words(start, end, words):
    assert period_in_words(start, end) == words


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        ([], ""),
        ([(date(2026, 1, 1), date(2026, 1, 4)), (date(2026, 1, 3), date(2026, 1, 5))], "5 dagen"),
        ([(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 3, 31))], "3 maanden"),
        ([(date(2025, 1, 1), date(2025, 2, 28)), (date(2026, 3, 1), date(2026, 4, 30))], "4 maanden"),
        ([(date(2025, 1, 1), date(2025, 2, 20)), (date(2026, 1, 1), date(2026, 1, 10))], "2 maanden"),
    ],
)
def test_length_of_periods_together(periods, words):
    assert length_in_words(periods) == words


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.integers(0, 4000),
    st.lists(st.integers(0, 3999), max_size=4),
)
def test_a_period_and_its_pieces_are_told_with_the_same_words(first, days, cuts):
    """However often one period is cut in pieces that touch, the picture says what the text says."""
    last = first + timedelta(days=days)
    edges = sorted({first, *(first + timedelta(days=cut + 1) for cut in cuts if cut < days)})
    pieces = list(zip(edges, [edge - timedelta(days=1) for edge in edges[1:]] + [last], strict=True))
    assert length_in_words(pieces) == period_in_words(first, last)


@pytest.mark.parametrize(("day", "age"), [(date(2026, 5, 13), 35), (date(2026, 5, 14), 36)])
def test_age_changes_on_the_birthday(day, age):
    assert age_on(day, birth_date=date(1990, 5, 14)) == age

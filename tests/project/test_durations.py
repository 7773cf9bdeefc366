"""How long something lasted, in words."""

from datetime import date

import pytest

from ipsplatform.common.durations import age_on, period_in_words, total_in_words


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
    ("days", "words"), [(1, "1 dag"), (30, "4 weken"), (365, "1 jaar"), (400, "1 jaar en 1 maand")]
)
def test_total_in_words(days, words):
    assert total_in_words(days) == words


@pytest.mark.parametrize(("day", "age"), [(date(2026, 5, 13), 35), (date(2026, 5, 14), 36)])
def test_age_changes_on_the_birthday(day, age):
    assert age_on(day, birth_date=date(1990, 5, 14)) == age

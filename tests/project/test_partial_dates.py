"""A date that is known in part: read, shown and compared as what it is, and never as a day (ADR 57)."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ipsplatform.common.partial_dates import PartialDate, Precision, first_day
from ipsplatform.common.written import NotReadError, read_partial_date

YEAR, MONTH, DAY = Precision.YEAR, Precision.MONTH, Precision.DAY
MARCH = PartialDate(date(1987, 3, 1), MONTH)
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
partial_dates = st.builds(
    lambda day, precision: PartialDate(first_day(day, precision), precision), days, st.sampled_from(Precision)
)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("1987", "1987"),
        (" 1987 ", "1987"),
        ("3-1987", "1987-03"),
        ("03-1987", "1987-03"),
        ("3/1987", "1987-03"),
        ("1987-03", "1987-03"),
        ("031987", "1987-03"),
        ("198703", "1987-03"),
        ("maart 1987", "1987-03"),
        ("mrt. 1987", "1987-03"),
        ("March 1987", "1987-03"),
        ("00-03-1987", "1987-03"),
        ("00-00-1987", "1987"),
        ("1987-00-00", "1987"),
        ("19870000", "1987"),
        ("14-3-1987", "1987-03-14"),
        ("1987-03-14", "1987-03-14"),
        ("14031987", "1987-03-14"),
        ("14-03-1987 00:00:00", "1987-03-14"),
        ("1-1-1987", "1987-01-01"),
    ],
)
def test_what_people_and_systems_write(written, iso):
    assert read_partial_date(written).iso == iso


@pytest.mark.parametrize(
    "written",
    ["87", "3-87", "mrt-87", "13-1987", "14-00-1987", "1899", "2101", "31-2-1987", "ergens in 1987", "31842",
     "1987-", "14 mei", "198713"],
)  # fmt: skip
def test_what_can_not_be_read_is_refused_with_a_reason(written):
    with pytest.raises(NotReadError) as refusal:
        read_partial_date(written)
    assert str(refusal.value)


@given(partial_dates)
def test_every_form_is_read_back_as_the_same_date(known):
    assert PartialDate.from_iso(known.iso) == known
    assert read_partial_date(known.iso) == read_partial_date(known.as_typed) == known
    for language in ("nl", "en"):
        with translation.override(language):
            assert read_partial_date(known.in_digits) == known


@given(partial_dates, partial_dates)
def test_one_holds_the_other_when_all_its_days_do(one, other):
    def its_days(known):
        return {known.earliest + timedelta(days=n) for n in range((known.latest - known.earliest).days + 1)}

    assert one.holds(other) == (its_days(other) <= its_days(one))


@given(partial_dates, st.integers(0, 40_000))
def test_the_ages_are_those_of_the_first_and_the_last_day(known, later):
    low, high = known.ages_on(known.latest + timedelta(days=later))
    assert 0 <= low <= high <= low + 1


def test_words():
    with translation.override("nl"):
        assert [PartialDate(date(1987, 1, 1), YEAR).in_words, MARCH.in_words] == ["1987", "maart 1987"]
        assert PartialDate(date(1987, 3, 14)).in_digits == "14-03-1987"
        assert MARCH.age_text(date(2026, 3, 15)) == "38 of 39"
        assert MARCH.age_text(date(2026, 4, 1)) == "39"


def test_a_day_that_is_not_the_first_can_not_be_known_in_part():
    for precision in (YEAR, MONTH):
        with pytest.raises(ValueError, match="is not the first day"):
            PartialDate(date(1987, 3, 14), precision)

"""The days of a series, against an independent calculation that walks the calendar day by day."""

import re
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from trajectories.agenda.selectors import moment_of
from trajectories.models.repeating import (
    KNOWN_RULE,
    LONGEST_LOOK,
    Repeats,
    choice_of,
    days_between,
    in_words,
    is_a_day_of,
    rule_of,
)

pytestmark = pytest.mark.shows(19)

CHOICES = st.sampled_from([choice for choice in Repeats if choice])
# Around both changes of the clock, leap day, and the week 53 of 2026.
FIRST = st.dates(date(2023, 12, 1), date(2027, 1, 31))


def walked(choice: str, first_on: date, last_on: date) -> list[date]:
    """In plain steps of one day: is this day one of the series?"""
    found, day = [], first_on
    while day <= last_on:
        if falls_on(choice, first_on, day):
            found.append(day)
        day += timedelta(days=1)
    return found


def falls_on(choice: str, first_on: date, day: date) -> bool:
    weeks = {"weekly": 1, "two_weeks": 2, "four_weeks": 4}.get(choice)
    if weeks:
        return (day - first_on).days % (7 * weeks) == 0
    last_of_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if choice == "month_day":
        return day.day == min(first_on.day, last_of_month.day)
    if day.weekday() != first_on.weekday():
        return False
    nth = (first_on.day + 6) // 7
    return (day.day + 6) // 7 == nth if nth < 5 else day + timedelta(days=7) > last_of_month


@given(choice=CHOICES, first_on=FIRST, ahead=st.integers(0, 700), length=st.integers(0, 380))
def test_a_series_has_the_days_that_a_walk_through_the_calendar_finds(choice, first_on, ahead, length):
    since = first_on + timedelta(days=ahead)
    to = since + timedelta(days=length)
    got = days_between(rule_of(choice, first_on), first_on=first_on, until=None, since=since, to=to)
    assert got == [day for day in walked(choice, first_on, to) if day >= since]


@given(choice=CHOICES, first_on=FIRST, lasts=st.integers(-10, 300))
def test_a_series_ends_on_its_last_day(choice, first_on, lasts):
    until = first_on + timedelta(days=lasts)
    rule, to = rule_of(choice, first_on), first_on + timedelta(days=390)
    got = days_between(rule, first_on=first_on, until=until, since=first_on, to=to)
    assert got == walked(choice, first_on, until)


@given(choice=CHOICES, first_on=FIRST)
def test_the_database_knows_every_rule_that_is_made(choice, first_on):
    assert re.search(KNOWN_RULE, rule_of(choice, first_on))


@given(choice=st.sampled_from(Repeats), first_on=FIRST)
def test_a_rule_tells_the_choice_that_it_came_from(choice, first_on):
    assert choice_of(rule_of(choice, first_on)) == choice


@given(choice=CHOICES, first_on=FIRST, hour=st.integers(0, 23), minute=st.sampled_from([0, 30, 59]))
def test_the_clock_on_the_wall_says_the_same_all_year(choice, first_on, hour, minute):
    """Also over both changes of the clock: only a time that the clock skips is an hour later."""
    days = days_between(
        rule_of(choice, first_on), first_on=first_on, until=None, since=first_on, to=first_on + LONGEST_LOOK
    )
    for day in days:
        at = moment_of(day, time(hour, minute))
        is_skipped = hour == 2 and day in SPRING
        assert (at.date(), at.hour, at.minute) == (day, 3 if is_skipped else hour, minute)


# The last Sundays of March, in which 02:00 becomes 03:00.
SPRING = {date(2024, 3, 31), date(2025, 3, 30), date(2026, 3, 29), date(2027, 3, 28), date(2028, 3, 26)}


@pytest.mark.parametrize(
    ("day", "hour_in_utc"),
    [(date(2026, 3, 28), 9), (date(2026, 3, 30), 8), (date(2026, 10, 24), 8), (date(2026, 10, 26), 9)],
)
def test_ten_in_the_morning_is_another_moment_in_summer(day, hour_in_utc):
    assert moment_of(day, time(10)).astimezone(UTC) == datetime.combine(day, time(hour_in_utc), UTC)


def test_of_a_time_that_comes_twice_it_is_the_first():
    at = moment_of(date(2026, 10, 25), time(2, 30))
    assert at == datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Amsterdam"), fold=0)


def test_every_week_goes_through_week_53():
    got = days_between(
        rule_of(Repeats.WEEKLY, date(2026, 12, 21)), first_on=date(2026, 12, 21), until=None,
        since=date(2026, 12, 21), to=date(2027, 1, 11),
    )  # fmt: skip
    assert [day.isocalendar()[:2] for day in got] == [(2026, 52), (2026, 53), (2027, 1), (2027, 2)]


@pytest.mark.parametrize("since", [date(1900, 1, 1), date(2026, 1, 1), date(9999, 12, 1)])
def test_what_is_asked_at_once_is_bounded(since):
    got = days_between(
        rule_of(Repeats.WEEKLY, date(1900, 1, 1)), first_on=date(1900, 1, 1), until=None,
        since=since, to=date.max,
    )  # fmt: skip
    assert 0 < len(got) <= LONGEST_LOOK.days / 7 + 1


@pytest.mark.parametrize(
    ("choice", "first_on", "words"),
    [
        ("", date(2026, 3, 3), ""),
        ("weekly", date(2026, 3, 3), "elke week op dinsdag"),
        ("two_weeks", date(2026, 3, 3), "elke twee weken op dinsdag"),
        ("four_weeks", date(2026, 3, 3), "elke vier weken op dinsdag"),
        ("month_day", date(2026, 3, 3), "elke maand op de 3e"),
        ("month_weekday", date(2026, 3, 3), "elke maand op de eerste dinsdag"),
        ("month_weekday", date(2026, 3, 31), "elke maand op de laatste dinsdag"),
    ],
)
def test_a_rule_in_words(choice, first_on, words):
    assert in_words(rule_of(choice, first_on), first_on, None) == words


def test_the_end_of_a_series_in_words():
    rule = rule_of("weekly", date(2026, 3, 3))
    words = in_words(rule, date(2026, 3, 3), date(2026, 12, 22))
    assert words == "elke week op dinsdag, tot en met 22 december 2026"


@pytest.mark.django_db
@pytest.mark.parametrize("choice", list(Repeats))
def test_the_database_tells_the_same_days(choice):
    chance = Random(choice.value)
    for _time in range(40):
        first_on = date(2024, 1, 1) + timedelta(days=chance.randrange(1200))
        until = chance.choice([None, first_on + timedelta(days=chance.randrange(300))]) if choice else None
        rule, to = rule_of(choice, first_on), first_on + timedelta(days=390)
        told = days_between(rule, first_on=first_on, until=until, since=first_on, to=to)
        assert days_in_sql(rule, first_on, until) == told


def days_in_sql(rule: str, first_on: date, until: date | None) -> list[date]:
    text = f"""
        SELECT days.day
        FROM (SELECT %s::date, %s::date, %s, %s::date) AS a (starts_on, ends_on, repeats, repeats_until)
        CROSS JOIN LATERAL (SELECT a.starts_on + n FROM generate_series(-40, 390) AS n) AS days (day)
        WHERE {is_a_day_of("a", "days.day")} ORDER BY days.day
    """
    with connection.cursor() as cursor:
        cursor.execute(text, [first_on, first_on, rule, until])
        return [day for (day,) in cursor.fetchall()]

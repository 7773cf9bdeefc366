"""Placement and sustainment: each rule of domain.md, section 5, as a fact."""

from datetime import date, timedelta

import pytest
from django.db import connection

from reports.indicators.cohort import HORIZONS_IN_MONTHS, last_mature
from tests.factories import JobFactory, TrajectoryFactory
from tests.reports.cases import cohort_rate, fraction, sustainment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def at(as_of):
    return {"period_from": as_of, "period_to": as_of, "as_of": as_of}


@pytest.mark.parametrize(
    ("enrolled_on", "months", "horizon"),
    [
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 6, date(2024, 8, 29)),
        (date(2022, 8, 31), 18, date(2024, 2, 29)),
        (date(2021, 8, 31), 30, date(2024, 2, 29)),
        (date(2024, 5, 31), 6, date(2024, 11, 30)),
    ],
)
def test_months_are_clipped_to_the_end_of_the_month(enrolled_on, months, horizon):
    JobFactory(trajectory=TrajectoryFactory(enrolled_on=enrolled_on), started_on=horizon)
    JobFactory(trajectory=TrajectoryFactory(enrolled_on=enrolled_on), started_on=horizon + DAY)
    assert fraction(cohort_rate(months, **at(date(2025, 12, 31)))) == (1, 2)


def test_cohort_is_mature_on_the_day_of_the_horizon():
    TrajectoryFactory(enrolled_on=date(2024, 8, 31))
    before, on_the_day = cohort_rate(6, **at(date(2025, 2, 27))), cohort_rate(6, **at(date(2025, 2, 28)))
    assert (before.not_yet_mature, before.denominator) == (1, 0)
    assert (on_the_day.not_yet_mature, on_the_day.denominator) == (0, 1)


def test_placement_on_the_day_of_enrolment_counts():
    JobFactory(trajectory=TrajectoryFactory(enrolled_on=date(2024, 1, 1)), started_on=date(2024, 1, 1))
    assert fraction(cohort_rate(6)) == (1, 1)


def test_job_that_runs_at_enrolment_is_no_placement():
    JobFactory(trajectory=TrajectoryFactory(enrolled_on=date(2024, 1, 2)), started_on=date(2024, 1, 1))
    assert fraction(cohort_rate(12)) == (0, 1)


def test_job_that_is_not_regular_is_no_placement():
    JobFactory(trajectory=TrajectoryFactory(), sheltered=True)
    assert fraction(cohort_rate(12)) == (0, 1)


def test_drop_out_stays_in_the_cohort():
    TrajectoryFactory(enrolled_on=date(2024, 1, 1), ended_on=date(2024, 1, 1))
    assert fraction(cohort_rate(6)) == (0, 1)


def test_cohort_leaves_out_who_worked_at_enrolment():
    trajectory = TrajectoryFactory(working_at_enrolment=True)
    JobFactory(trajectory=trajectory)
    assert fraction(cohort_rate(6)) == (0, 0)
    assert fraction(sustainment(13)) == (0, 0)


def test_cohort_window_chooses_by_enrolment():
    for day in (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1)):
        TrajectoryFactory(enrolled_on=day)
    found = cohort_rate(6, cohort_from=date(2024, 2, 1), cohort_to=date(2024, 2, 29))
    assert found.denominator == 2


def test_placement_after_the_as_of_day_is_not_known():
    JobFactory(trajectory=TrajectoryFactory(enrolled_on=date(2024, 1, 1)), started_on=date(2025, 7, 2))
    assert fraction(cohort_rate(18, **at(date(2025, 7, 1)))) == (0, 1)
    assert fraction(cohort_rate(18, **at(date(2025, 7, 2)))) == (0, 1)
    assert fraction(cohort_rate(30, **at(date(2026, 7, 1)))) == (1, 1)


# -- sustainment -------------------------------------------------------------------------------------

PLACED = date(2025, 1, 6)
AFTER_13_WEEKS = PLACED + timedelta(weeks=13)


@pytest.fixture
def placed():
    """Enrolled before the placement; the test gives the jobs."""
    return TrajectoryFactory(enrolled_on=date(2024, 12, 1))


@pytest.mark.parametrize(("ended_on", "counts"), [(AFTER_13_WEEKS, 1), (AFTER_13_WEEKS - DAY, 0)])
def test_sustained_on_the_very_day(placed, ended_on, counts):
    JobFactory(trajectory=placed, started_on=PLACED, ended_on=ended_on)
    assert fraction(sustainment(13)) == (counts, 1)


def test_placement_joins_when_the_weeks_have_passed(placed):
    JobFactory(trajectory=placed, started_on=PLACED)
    assert fraction(sustainment(13, **at(AFTER_13_WEEKS - DAY))) == (0, 0)
    assert fraction(sustainment(13, **at(AFTER_13_WEEKS))) == (1, 1)


def test_next_job_within_14_workless_days_sustains(placed):
    ended_on = AFTER_13_WEEKS - timedelta(days=10)
    JobFactory(trajectory=placed, started_on=PLACED, ended_on=ended_on)
    JobFactory(trajectory=placed, started_on=ended_on + timedelta(days=15))
    assert fraction(sustainment(13)) == (1, 1)


def test_next_job_after_15_workless_days_does_not_sustain(placed):
    ended_on = AFTER_13_WEEKS - timedelta(days=30)
    JobFactory(trajectory=placed, started_on=PLACED, ended_on=ended_on)
    JobFactory(trajectory=placed, started_on=ended_on + timedelta(days=16))
    assert fraction(sustainment(13)) == (0, 1)


def test_older_job_that_carries_the_spell_on_sustains(placed):
    JobFactory(trajectory=placed, started_on=date(2024, 11, 1), ended_on=AFTER_13_WEEKS)
    JobFactory(trajectory=placed, started_on=PLACED, ended_on=PLACED)
    assert fraction(sustainment(13)) == (1, 1)


def test_weeks_count_from_the_placement_not_from_an_older_job(placed):
    JobFactory(trajectory=placed, started_on=date(2024, 9, 1), ended_on=PLACED - DAY)
    JobFactory(trajectory=placed, started_on=PLACED, ended_on=PLACED + timedelta(weeks=8))
    assert fraction(sustainment(13)) == (0, 1)


def test_job_may_outlast_the_trajectory():
    gone = TrajectoryFactory(enrolled_on=date(2024, 12, 1), ended_on=PLACED)
    JobFactory(trajectory=gone, started_on=PLACED, ended_on=PLACED + timedelta(weeks=26))
    assert fraction(sustainment(26)) == (1, 1)


def test_longer_horizons_wait_longer(placed):
    JobFactory(trajectory=placed, started_on=PLACED)
    horizon = PLACED + timedelta(weeks=52)
    assert fraction(sustainment(52, **at(horizon - DAY))) == (0, 0)
    assert fraction(sustainment(52, **at(horizon))) == (1, 1)


@pytest.mark.parametrize("months", HORIZONS_IN_MONTHS)
def test_the_last_mature_day_is_that_of_the_database_for_every_day(months):
    """Ends of months and leap days included."""
    days = [date(2023, 12, 1) + timedelta(days=number) for number in range(500)]
    values = [(as_of, last_mature(as_of, months)) for as_of in days]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE (enrolled <= last) IS DISTINCT FROM"
            " ((enrolled + make_interval(months => %s))::date <= as_of))"
            " FROM unnest(%s::date[], %s::date[]) AS asked (as_of, last), generate_series(-3, 3) AS beside,"
            " LATERAL (SELECT last + beside AS enrolled) AS one",
            [months, [as_of for as_of, _last in values], [last for _as_of, last in values]],
        )
        assert cursor.fetchone() == (7 * len(days), 0)

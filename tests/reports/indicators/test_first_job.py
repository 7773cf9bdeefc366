"""Time to the first job: each rule of domain.md, section 5, as a fact."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from reports.figures.presentation import median_text
from reports.indicators.estimators import time_to_first_job
from reports.indicators.first_job import INCIDENCE_DAYS
from tests.factories import JobFactory, TrajectoryFactory
from tests.reports.cases import report

ENROLLED = date(2025, 1, 1)


EVERYBODY = dict.fromkeys(INCIDENCE_DAYS, 9)


def curve(*, placed=(), ended=(), waiting=(), followed=EVERYBODY):
    return time_to_first_job(days_placed=placed, days_ended=ended, days_waiting=waiting, followed=followed)


def incidence(figure):
    return [point.value for point in figure.cumulative_incidence]


# -- the estimates -----------------------------------------------------------------------------------


def test_nobody_gives_no_values():
    found = curve(followed=dict.fromkeys(INCIDENCE_DAYS, 0))
    assert (found.n, found.median_days, found.km_median_days, found.median_days_placed) == (
        0,
        None,
        None,
        None,
    )
    assert incidence(found) == [None] * 4


def test_nobody_placed_yet_gives_a_flat_curve():
    found = curve(waiting=[10, 500])
    assert (found.n, found.events, found.km_median_days) == (2, 0, None)
    assert incidence(found) == [0.0] * 4


def test_only_ends_without_a_job_give_a_flat_curve():
    found = curve(ended=[10, 500])
    assert (found.ended_without_job, found.km_median_days) == (2, None)
    assert incidence(found) == [0.0] * 4


def test_one_person_who_waits():
    assert incidence(curve(waiting=[0])) == [0.0] * 4


def test_one_person_placed_on_day_zero_counts():
    found = curve(placed=[0])
    assert (found.km_median_days, found.median_days_placed) == (0, 0)
    assert incidence(found) == [1.0] * 4


def test_value_of_the_day_itself_and_the_last_value_stays():
    assert incidence(curve(placed=[180], waiting=[200])) == [0.5] * 4
    assert incidence(curve(placed=[181], waiting=[200])) == [0.0, 0.5, 0.5, 0.5]


def test_median_is_reached_at_exactly_half():
    assert curve(placed=[5], waiting=[9]).km_median_days == 5
    assert curve(placed=[3, 7, 8], waiting=[9, 9, 9]).km_median_days == 8


def test_median_that_is_not_reached_is_no_number():
    found = curve(placed=[5], waiting=[9, 9])
    assert (found.km_median_days, found.median_days_placed) == (None, 5)


def test_end_without_a_job_competes_instead_of_waiting():
    """Worked out by hand: at 10 one of four placed, at 20 one of three gone, at 30 one of two placed."""
    found = curve(placed=[10, 30], ended=[20], waiting=[400])
    assert incidence(found) == [0.5] * 4
    waited = curve(placed=[10, 30], waiting=[20, 400])
    assert incidence(waited) == [0.625] * 4


def test_kaplan_meier_takes_an_end_without_a_job_as_censored():
    assert curve(placed=[10, 30], ended=[20], waiting=[400]).km_median_days == 30


def test_who_ends_on_the_day_of_another_placement_was_still_at_risk():
    assert incidence(curve(placed=[10], ended=[10])) == [0.5] * 4


def test_point_that_nobody_was_followed_for_has_no_value():
    found = curve(placed=[10], waiting=[200, 400], followed={180: 3, 365: 2, 548: 0, 913: 0})
    assert incidence(found) == [0.333333, 0.333333, None, None]
    assert [point.followed for point in found.cumulative_incidence] == [3, 2, 0, 0]


def test_who_is_placed_on_the_day_itself_still_waits_on_it():
    found = curve(placed=[179, 180], ended=[180], waiting=[180, 400])
    assert [point.waiting for point in found.cumulative_incidence] == [4, 1, 0, 0]


def test_median_counts_those_who_stopped_among_all_who_started():
    """Half of four are placed at 200; half of those who did not stop are placed at 100."""
    found = curve(placed=[100, 200], ended=[50, 60])
    assert (found.median_days, found.km_median_days, found.median_days_placed) == (200, 100, 150)


def test_median_is_not_reached_while_fewer_than_half_are_placed():
    found = curve(placed=[100], ended=[50, 60])
    assert (found.median_days, found.km_median_days) == (None, 100)


@pytest.mark.parametrize("tied", [3, 7, 11, 49])
def test_median_is_reached_at_exactly_half_however_floats_fall(tied):
    found = curve(placed=[*range(1, tied + 1)], ended=[500] * tied)
    assert found.median_days == tied


def test_words_tell_a_median_that_is_not_reached_from_one_that_is_too_early():
    too_early = dict.fromkeys(INCIDENCE_DAYS, 0)
    found = [curve(placed=[5]), curve(waiting=[200]), curve(waiting=[90], followed=too_early)]
    with translation.override("nl"):
        shown = [median_text(figure, figure.median_days) for figure in found]
    assert shown == ["5 dagen", "niet bereikt", "nog niet te zeggen"]


def test_median_of_two_lies_between_them():
    assert curve(placed=[10, 13]).median_days_placed == 11.5
    assert curve(placed=[10, 14]).median_days_placed == 12


# -- what the estimates are given ----------------------------------------------------------------------


@pytest.mark.django_db
def test_what_happened_first_to_each_trajectory():
    JobFactory(trajectory=TrajectoryFactory(enrolled_on=ENROLLED), started_on=ENROLLED + timedelta(days=40))
    TrajectoryFactory(enrolled_on=ENROLLED, ended_on=ENROLLED + timedelta(days=20))
    TrajectoryFactory(enrolled_on=ENROLLED)
    TrajectoryFactory(enrolled_on=ENROLLED, working_at_enrolment=True)
    found = report().first_job
    assert (found.n, found.events, found.ended_without_job) == (3, 1, 1)
    assert found.median_days_placed == 40


@pytest.mark.django_db
def test_followed_counts_who_enrolled_so_long_before_the_as_of_day():
    TrajectoryFactory(enrolled_on=date(2025, 9, 30) - timedelta(days=180))
    TrajectoryFactory(enrolled_on=date(2025, 9, 30) - timedelta(days=179))
    TrajectoryFactory(enrolled_on=date(2025, 1, 1), ended_on=date(2025, 2, 1))
    first = report().first_job.cumulative_incidence[0]
    assert (first.followed, first.waiting) == (2, 1)


@pytest.mark.django_db
def test_trajectory_that_ended_after_a_placement_was_placed():
    gone = TrajectoryFactory(enrolled_on=ENROLLED, ended_on=date(2025, 3, 1))
    JobFactory(trajectory=gone, started_on=date(2025, 2, 1), ended_on=date(2025, 2, 2))
    found = report().first_job
    assert (found.events, found.ended_without_job) == (1, 0)


@pytest.mark.django_db
def test_end_after_the_as_of_day_is_still_waiting():
    TrajectoryFactory(enrolled_on=ENROLLED, ended_on=date(2025, 10, 1))
    assert report().first_job.ended_without_job == 0
    assert report(as_of=date(2025, 10, 1)).first_job.ended_without_job == 1

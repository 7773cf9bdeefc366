"""The cross-sections: each rule of domain.md, section 5, as a fact."""

from datetime import date, timedelta

import pytest

from reports.indicators.flow import Flow
from reports.indicators.scope import Scope
from tests.factories import ClientFactory, JobFactory, TeamFactory, TrajectoryFactory
from tests.reports.cases import FIRST, LAST, fraction, report

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def enrolled(enrolled_on=date(2025, 1, 1), **facts):
    return TrajectoryFactory(enrolled_on=enrolled_on, **facts)


@pytest.fixture
def worker():
    """Somebody on the caseload all quarter; the test gives the jobs."""
    return enrolled()


@pytest.mark.parametrize(
    ("started_on", "ended_on", "counts"),
    [
        (date(2025, 3, 1), FIRST - DAY, 0),
        (date(2025, 3, 1), FIRST, 1),
        (LAST, None, 1),
        (LAST + DAY, None, 0),
        (date(2025, 8, 12), date(2025, 8, 12), 1),
    ],
    ids=[
        "ends a day before",
        "ends on the first day",
        "starts on the last day",
        "starts a day after",
        "one day",
    ],
)
def test_one_day_of_a_job_in_the_period_counts(worker, started_on, ended_on, counts):
    JobFactory(trajectory=worker, started_on=started_on, ended_on=ended_on)
    found = report(as_of=date(2025, 12, 31)).rates["period_employment_rate"]
    assert fraction(found) == (counts, 1)


def test_job_that_ended_before_enrolment_does_not_count():
    late = enrolled(date(2025, 8, 1))
    JobFactory(trajectory=late, started_on=date(2025, 6, 1), ended_on=date(2025, 7, 31))
    assert fraction(report().rates["period_employment_rate"]) == (0, 1)


def test_job_from_before_enrolment_counts_from_enrolment():
    late = enrolled(date(2025, 8, 1))
    JobFactory(trajectory=late, started_on=date(2025, 6, 1), ended_on=date(2025, 8, 1))
    assert fraction(report().rates["period_employment_rate"]) == (1, 1)


def test_days_of_a_job_after_the_trajectory_ended_do_not_count():
    gone = enrolled(ended_on=date(2025, 7, 10))
    JobFactory(trajectory=gone, started_on=date(2025, 7, 10), ended_on=date(2025, 9, 1))
    assert fraction(report().rates["period_employment_rate"]) == (1, 1)
    found = report(period_from=date(2025, 7, 11)).rates["period_employment_rate"]
    assert fraction(found) == (0, 0)


@pytest.mark.parametrize(("ended_on", "counts"), [(FIRST - DAY, 0), (FIRST, 1)])
def test_caseload_ends_with_its_last_day(ended_on, counts):
    enrolled(ended_on=ended_on)
    assert report().rates["period_employment_rate"].denominator == counts


@pytest.mark.parametrize(("enrolled_on", "counts"), [(LAST, 1), (LAST + DAY, 0)])
def test_caseload_starts_on_the_day_of_enrolment(enrolled_on, counts):
    enrolled(enrolled_on)
    found = report(as_of=date(2025, 12, 31))
    assert found.rates["period_employment_rate"].denominator == counts


@pytest.mark.parametrize("flag", ["open_to_anyone", "regular_wage", "regular_employer"])
@pytest.mark.parametrize("value", [False, None])
def test_job_that_is_not_known_to_be_regular_does_not_count(worker, flag, value):
    JobFactory(trajectory=worker, started_on=FIRST, **{flag: value})
    found = report()
    assert fraction(found.rates["period_employment_rate"]) == (0, 1)
    assert fraction(found.rates["point_employment_rate"]) == (0, 1)


def test_client_with_two_trajectories_counts_once():
    client = ClientFactory()
    first = enrolled(client=client, ended_on=date(2025, 7, 31))
    second = enrolled(date(2025, 8, 1), client=client)
    JobFactory(trajectory=first, started_on=date(2025, 7, 1), ended_on=date(2025, 7, 20))
    JobFactory(trajectory=second, started_on=date(2025, 8, 2))
    found = report()
    assert fraction(found.rates["period_employment_rate"]) == (1, 1)
    assert (found.flow.running, found.flow.started, found.flow.ended) == (1, 1, 1)


def test_job_of_the_other_trajectory_does_not_count():
    client = ClientFactory()
    old = enrolled(date(2024, 1, 1), client=client, ended_on=date(2025, 3, 31))
    enrolled(date(2025, 4, 1), client=client)
    JobFactory(trajectory=old, started_on=date(2025, 1, 1), ended_on=None)
    found = report()
    assert fraction(found.rates["period_employment_rate"]) == (0, 1)
    assert fraction(found.rates["point_employment_rate"]) == (0, 1)


def test_mss_trajectory_does_not_count():
    JobFactory(trajectory=enrolled(mss=True), started_on=FIRST)
    found = report()
    assert found.rates["period_employment_rate"].denominator == 0
    assert found.flow.running == 0


def test_new_rate_leaves_out_who_worked_at_enrolment():
    for hours in (0, 8):
        JobFactory(trajectory=enrolled(hours_worked_at_enrolment=hours), started_on=FIRST)
    found = report()
    assert fraction(found.rates["period_employment_rate"]) == (2, 2)
    assert fraction(found.rates["period_employment_rate_new"]) == (1, 1)


@pytest.mark.parametrize(
    ("ended_on", "counts"), [(LAST, 1), (LAST - DAY, 0)], ids=["ends on the last day", "ends a day before"]
)
def test_point_rate_looks_at_the_last_day_only(worker, ended_on, counts):
    JobFactory(trajectory=worker, started_on=date(2025, 7, 1), ended_on=ended_on)
    assert fraction(report().rates["point_employment_rate"]) == (counts, 1)


@pytest.mark.parametrize(("days_before", "counts"), [(91, 1), (90, 0)])
def test_sustained_means_begun_91_days_before(worker, days_before, counts):
    JobFactory(trajectory=worker, started_on=LAST - timedelta(days=days_before))
    assert fraction(report().rates["point_sustained_rate"]) == (counts, 1)


@pytest.mark.parametrize(("workless_days", "counts"), [(14, 1), (15, 0)])
def test_spell_bridges_at_most_14_workless_days(worker, workless_days, counts):
    ended_on = date(2025, 8, 1)
    JobFactory(trajectory=worker, started_on=date(2025, 2, 1), ended_on=ended_on)
    JobFactory(trajectory=worker, started_on=ended_on + timedelta(days=workless_days + 1))
    assert fraction(report().rates["point_sustained_rate"]) == (counts, 1)


def test_gap_is_measured_from_the_job_that_ended_last(worker):
    JobFactory(trajectory=worker, started_on=date(2025, 2, 1), ended_on=date(2025, 8, 30))
    JobFactory(trajectory=worker, started_on=date(2025, 3, 1), ended_on=date(2025, 3, 31))
    JobFactory(trajectory=worker, started_on=date(2025, 9, 10))
    assert fraction(report().rates["point_sustained_rate"]) == (1, 1)


def test_gap_without_a_next_job_is_not_bridged(worker):
    JobFactory(trajectory=worker, started_on=date(2025, 2, 1), ended_on=LAST - DAY)
    assert fraction(report().rates["point_sustained_rate"]) == (0, 1)


def test_gap_over_the_last_day_is_bridged_once_the_next_job_is_known(worker):
    JobFactory(trajectory=worker, started_on=date(2025, 2, 1), ended_on=LAST - DAY)
    JobFactory(trajectory=worker, started_on=LAST + 3 * DAY)
    assert fraction(report(as_of=LAST + 2 * DAY).rates["point_sustained_rate"]) == (0, 1)
    later = report(as_of=LAST + 3 * DAY)
    assert fraction(later.rates["point_sustained_rate"]) == (1, 1)
    assert fraction(later.rates["point_employment_rate"]) == (0, 1)


def test_irregular_job_bridges_nothing(worker):
    JobFactory(trajectory=worker, started_on=date(2025, 2, 1), ended_on=date(2025, 6, 30))
    JobFactory(trajectory=worker, started_on=date(2025, 7, 1), ended_on=date(2025, 8, 31), sheltered=True)
    JobFactory(trajectory=worker, started_on=date(2025, 9, 1))
    assert fraction(report().rates["point_sustained_rate"]) == (0, 1)


# -- the as-of day ---------------------------------------------------------------------------------


def test_what_starts_after_the_as_of_day_does_not_exist(worker):
    JobFactory(trajectory=worker, started_on=date(2025, 9, 1))
    enrolled(date(2025, 8, 20))
    found = report(as_of=date(2025, 8, 19))
    assert fraction(found.rates["period_employment_rate"]) == (0, 1)
    assert (found.flow.running, found.flow.started) == (1, 0)


def test_what_ends_after_the_as_of_day_is_open():
    gone = enrolled(ended_on=date(2025, 8, 20))
    JobFactory(trajectory=gone, started_on=date(2025, 8, 1), ended_on=date(2025, 8, 20))
    before, on_the_day = report(as_of=date(2025, 8, 19)), report(as_of=date(2025, 8, 20))
    assert (before.flow.running, before.flow.ended) == (1, 0)
    assert (on_the_day.flow.running, on_the_day.flow.ended) == (1, 1)
    assert fraction(before.rates["point_employment_rate"]) == (1, 1)


def test_last_day_is_the_as_of_day_when_that_is_earlier(worker):
    JobFactory(trajectory=worker, started_on=date(2025, 7, 1), ended_on=date(2025, 8, 19))
    assert fraction(report(as_of=date(2025, 8, 19)).rates["point_employment_rate"]) == (1, 1)
    assert fraction(report(as_of=date(2025, 8, 20)).rates["point_employment_rate"]) == (0, 1)


def test_as_of_day_after_the_period_does_not_move_the_last_day(worker):
    JobFactory(trajectory=worker, started_on=LAST + DAY)
    assert fraction(report(as_of=date(2025, 12, 31)).rates["point_employment_rate"]) == (0, 1)


def test_as_of_day_before_the_period_leaves_nobody_in_it(worker):
    JobFactory(trajectory=worker, started_on=date(2025, 2, 1))
    found = report(as_of=date(2025, 6, 30))
    assert found.rates["period_employment_rate"].rate is None
    assert (found.flow.running, fraction(found.rates["point_employment_rate"])) == (1, (1, 1))


# -- scopes ----------------------------------------------------------------------------------------


def test_scope_is_that_of_the_trajectory_not_of_the_client_today():
    enrolment_team, today_team = TeamFactory(), TeamFactory()
    moved = enrolled(in_team=enrolment_team)
    moved.client.team = today_team
    moved.client.save()
    assert report(Scope(team=enrolment_team)).flow.running == 1
    assert report(Scope(team=today_team)).flow.running == 0


def test_filters_of_a_scope_are_combined():
    team = TeamFactory()
    enrolled(in_team=team, funder="uwv", target_group="epa")
    enrolled(in_team=team, funder="uwv", target_group="cmd")
    enrolled(funder="uwv", target_group="epa")
    assert report(Scope(team=team, funder="uwv", target_group="epa")).flow.running == 1
    assert report(Scope(funder="uwv")).flow.running == 3


def test_nobody_pays_is_another_thing_than_unknown():
    enrolled(funder="geen")
    enrolled(funder="")
    assert report(Scope(funder="geen")).flow.running == 1
    assert report().flow.running == 2


def test_nothing_at_all_gives_no_rates():
    found = report()
    assert found.flow == Flow(running=0, started=0, ended=0)
    assert found.rates["point_sustained_rate"].rate is None
    assert found.first_job.n == 0

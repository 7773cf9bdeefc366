"""Who reads which figures (domain.md, section 3), and which numbers are too small to leave the team."""

import json
from datetime import date

import pytest

from reports.figures.presentation import report_view
from reports.indicators.contract import from_json, in_terms_of, to_json
from reports.indicators.estimators import time_to_first_job
from reports.indicators.first_job import INCIDENCE_DAYS
from reports.indicators.flow import Flow
from reports.indicators.proportion import HIDDEN, Proportion
from reports.indicators.report import PlacementReport
from reports.models import MonitoringRun, PeriodKind, RunState, ScopeFigures
from reports.permissions import (
    can_read_reports,
    sees_small_numbers,
)
from reports.runs.selectors import report_for
from reports.small_numbers.hiding import hide_small, hide_small_proportion
from staff.models import Role
from tests.factories import TeamFactory, TeamMembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

EVERYBODY = dict.fromkeys(INCIDENCE_DAYS, 9)
CASEWORK = ["ips_trajectbegeleider", "ervaringsdeskundige", "kwartiermaker", "casemanager", "teamleider"]


@pytest.fixture
def teams():
    return {"own": TeamFactory(), "other": TeamFactory()}


@pytest.fixture
def run(teams):
    run = MonitoringRun.objects.create(
        period_kind=PeriodKind.QUARTER,
        period_from=date(2025, 7, 1),
        period_to=date(2025, 9, 30),
        as_of=date(2025, 9, 30),
        definition_version="2026-1",
        state=RunState.DONE,
    )
    for team in (None, *teams.values()):
        ScopeFigures.objects.create(run=run, team=team, figures={})
    return run


def readable(user, teams):
    names = {None: "all", teams["own"].pk: "own", teams["other"].pk: "other"}
    return {names[row.team_id] for row in ScopeFigures.objects.visible_to(user)}


@pytest.mark.parametrize("role", CASEWORK)
def test_team_reads_its_own_figures_in_full(run, teams, role):
    user = UserFactory(role=role, team=teams["own"])
    assert readable(user, teams) == {"own"}
    assert can_read_reports(user)
    assert sees_small_numbers(user)
    assert list(MonitoringRun.objects.visible_to(user)) == [run]


def test_monitor_reads_all_figures_without_small_numbers(run, teams):
    user = UserFactory(monitor=True)
    assert readable(user, teams) == {"all", "own", "other"}
    assert not sees_small_numbers(user)


def test_administrator_reads_no_figures(run, teams):
    user = UserFactory(beheerder=True, team=teams["own"])
    assert readable(user, teams) == set()
    assert not can_read_reports(user)
    assert not MonitoringRun.objects.visible_to(user).exists()


@pytest.mark.parametrize("role", Role.values)
def test_somebody_who_may_not_sign_in_reads_nothing(run, teams, role):
    assert readable(UserFactory(role=role, team=teams["own"], is_active=False), teams) == set()


def test_former_member_reads_nothing(run, teams):
    user = UserFactory(teamleider=True)
    TeamMembershipFactory(user=user, team=teams["own"], ended_on=date(2026, 1, 31))
    assert readable(user, teams) == set()


def test_run_that_is_being_computed_is_seen_by_nobody(run):
    MonitoringRun.objects.update(state=RunState.RUNNING)
    assert not MonitoringRun.objects.visible_to(UserFactory(monitor=True)).exists()


def test_figures_are_masked_for_the_monitor_only(run, teams):
    row = run.scopes.get(team=None)
    report = report_of(flow=Flow(running=3, started=0, ended=9))
    row.figures = to_json(report)
    row.save()
    assert report_for(UserFactory(teamleider=True, team=teams["own"]), row) == report
    assert report_for(UserFactory(monitor=True), row).flow.running is None


def test_combinations_and_months_are_for_the_team_only(run, teams):
    lead, monitor = UserFactory(teamleider=True, team=teams["own"]), UserFactory(monitor=True)
    ScopeFigures.objects.create(run=run, team=teams["own"], funder="uwv", figures={})
    ScopeFigures.objects.create(run=run, funder="uwv", figures={})
    assert ScopeFigures.objects.visible_to(lead).count() == 2
    assert ScopeFigures.objects.visible_to(monitor).count() == 4
    run.period_kind = PeriodKind.MONTH
    run.save()
    assert ScopeFigures.objects.visible_to(lead).count() == 2
    assert not ScopeFigures.objects.visible_to(monitor).exists()
    assert not MonitoringRun.objects.visible_to(monitor).exists()


def report_of(*, flow=None, first_job=None, **rates):
    """A report of some figures only; a horizon stands behind two underscores."""
    return PlacementReport(
        definition_version="2026-1",
        period_from=date(2025, 7, 1),
        period_to=date(2025, 9, 30),
        as_of=date(2025, 9, 30),
        scope={"team": "noord", "funder": None, "target_group": None},
        flow=flow,
        rates={key.replace("__", "."): rate for key, rate in rates.items()},
        first_job=first_job,
    )


@pytest.mark.parametrize(("started", "ended", "left"), [(3, 20, 20), (20, 3, 20), (20, 20, 3)])
def test_few_who_came_or_went_hide_the_people_of_the_period_too(started, ended, left):
    point = Proportion.of(20, 40)
    shown = hide_small(
        report_of(
            flow=Flow(running=40, started=started, ended=ended),
            period_employment_rate=Proportion.of(20, 40 + left),
            point_employment_rate=point,
        )
    )
    assert shown.flow == Flow(running=40, started=None, ended=None, is_hidden=True)
    assert shown.rates == {"period_employment_rate": HIDDEN, "point_employment_rate": point}


# -- small numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 40), (4, 40), (36, 40), (39, 40)])
def test_proportion_of_a_few_people_or_of_all_but_a_few_is_hidden(numerator, denominator):
    shown = hide_small_proportion(Proportion.of(numerator, denominator))
    assert shown == Proportion(denominator=denominator, is_hidden=True)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 40), (5, 40), (35, 40), (40, 40), (0, 0)])
def test_proportion_of_nobody_of_five_or_of_everybody_is_shown(numerator, denominator):
    found = Proportion.of(numerator, denominator)
    assert hide_small_proportion(found) == found


def test_few_people_between_two_figures_hide_the_second():
    """49 of 128 beside 45 of 122: six started with work, and four of those work."""
    leading = Proportion.of(49, 128)
    shown = hide_small(
        report_of(period_employment_rate=leading, period_employment_rate_new=Proportion.of(45, 122))
    )
    assert shown.rates == {"period_employment_rate": leading, "period_employment_rate_new": HIDDEN}


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("period_employment_rate", "point_employment_rate"),
        ("period_employment_rate", "point_sustained_rate"),
        ("point_employment_rate", "point_sustained_rate"),
        ("cohort_placement_rate__6", "cohort_placement_rate__12"),
        ("cohort_placement_rate__6", "cohort_placement_rate__30"),
        ("job_sustainment__13", "job_sustainment__52"),
    ],
)
@pytest.mark.parametrize("less", [(3, 0), (0, 4), (4, 30), (30, 2)])
def test_no_few_people_can_be_read_between_two_figures_of_a_page(wide, narrow, less):
    yes, no = less
    shown = hide_small(
        report_of(**{wide: Proportion.of(60, 150), narrow: Proportion.of(60 - yes, 150 - yes - no)})
    )
    numbers = [(rate.numerator, rate.denominator) for rate in shown.rates.values()]
    (a, b), (c, d) = numbers
    if wide == "period_employment_rate" and less == (30, 2):
        # Who does not work on the last day may have worked before it: these 88 are no part of the other 90.
        assert numbers == [(60, 150), (30, 118)]
    elif narrow.startswith("p"):
        assert None in (a, c)  # the first is hidden already when few people came or went
    else:
        assert d is None or abs(b - d) >= 5


def test_two_trajectories_of_a_few_clients_can_not_be_counted():
    point = Proportion.of(20, 40)
    shown = hide_small(report_of(flow=Flow(running=42, started=0, ended=9), point_employment_rate=point))
    assert (shown.flow.running, shown.rates["point_employment_rate"]) == (None, point)


def test_proportion_of_a_small_group_hides_the_group_too():
    assert hide_small_proportion(Proportion.of(0, 4)) == HIDDEN


def test_threshold_can_be_another():
    assert hide_small_proportion(Proportion.of(7, 40), threshold=10).is_hidden


def test_small_numbers_of_a_whole_report_are_hidden():
    report = report_of(
        flow=Flow(running=40, started=4, ended=0),
        point_employment_rate=Proportion.of(3, 40),
        cohort_placement_rate__6=Proportion.of(20, 40, not_yet_mature=2),
        job_sustainment__13=Proportion.of(1, 10),
        first_job=time_to_first_job(
            days_placed=[9] * 3, days_ended=[], days_waiting=[99] * 20, followed=EVERYBODY
        ),
    )
    shown = hide_small(report)
    assert shown.scope == report.scope
    assert shown.flow == Flow(running=40, started=None, ended=None, is_hidden=True)
    assert shown.rates["point_employment_rate"].numerator is None
    assert shown.rates["cohort_placement_rate.6"] == HIDDEN
    assert shown.rates["job_sustainment.13"].is_hidden
    assert (shown.first_job.n, shown.first_job.events) == (23, None)
    assert {point.value for point in shown.first_job.cumulative_incidence} == {None}
    assert report.flow.started == 4


def test_point_of_the_curve_that_stands_for_a_few_people_is_hidden():
    found = time_to_first_job(
        days_placed=[100] * 2 + [300] * 8, days_ended=[], days_waiting=[999] * 20, followed=EVERYBODY
    )
    points = hide_small(report_of(first_job=found)).first_job.cumulative_incidence
    assert [point.value for point in points] == [None, 0.333333, 0.333333, 0.333333]
    assert [point.is_hidden for point in points] == [True, False, False, False]
    assert {(point.followed, point.waiting) for point in points} == {(None, None)}


def test_how_many_answers_are_missing_stays_inside_the_team():
    found = hide_small_proportion(Proportion.of(20, 40, unknown=2, doubtful=0))
    shown = hide_small(report_of(point_employment_rate=Proportion.of(20, 40, unknown=2, doubtful=0)))
    assert found.unknown == 2
    assert shown.rates["point_employment_rate"] == Proportion.of(20, 40)


def test_report_of_the_first_definitions_is_still_read():
    """As it was stored: without bounds, without a median by incidence, without how many were followed."""
    report = report_of(
        point_employment_rate=Proportion.of(20, 40, unknown=2, doubtful=0),
        first_job=time_to_first_job(
            days_placed=[9] * 3, days_ended=[], days_waiting=[99] * 20, followed=EVERYBODY
        ),
    )
    stored = to_json(report)
    for name in ("unknown", "doubtful", "best", "worst"):
        del stored["point_employment_rate"][name]
    del stored["time_to_first_job"]["median_days"]
    for point in stored["time_to_first_job"]["cumulative_incidence"]:
        del point["followed"], point["waiting"]
    found = from_json(stored)
    assert found.rates["point_employment_rate"] == Proportion.of(20, 40)
    assert found.first_job.is_without_median
    assert in_terms_of(found.first_job, report.first_job) == found.first_job
    view = report_view(found, lambda _key, _part: "")
    assert (view.first_job.median, view.first_job.has_followed, view.point[0].bounds) == ("", False, None)


def test_report_is_read_as_it_was_stored():
    report = report_of(
        flow=Flow(running=40, started=4, ended=0),
        cohort_placement_rate__6=Proportion.of(20, 40, not_yet_mature=2),
        cohort_placement_rate__18=Proportion.of(0, 0, not_yet_mature=0),
        job_sustainment__13=Proportion.of(1, 10),
        first_job=time_to_first_job(
            days_placed=[9] * 3, days_ended=[], days_waiting=[99] * 20, followed=EVERYBODY
        ),
    )
    assert from_json(json.loads(json.dumps(to_json(report)))) == report

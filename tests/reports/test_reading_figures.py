"""Who reads which figures (domain.md, section 3), and which numbers are too small to leave the team."""

from datetime import date

import pytest

from reports.indicators.estimators import time_to_first_job
from reports.indicators.proportion import Proportion
from reports.models import MonitoringRun, PeriodKind, RunState, ScopeFigures
from reports.permissions import (
    can_read_reports,
    can_read_scope,
    sees_small_numbers,
)
from reports.runs.selectors import figures_for
from reports.small_numbers.hiding import hide_small, hide_small_share
from staff.models import Role
from tests.factories import TeamFactory, TeamMembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

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
    by_rows = [names[row.team_id] for row in ScopeFigures.objects.visible_to(user)]
    by_question = [name for name, team in (("all", None), *teams.items()) if can_read_scope(user, team)]
    assert sorted(by_rows) == sorted(by_question)
    return set(by_rows)


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
    row.figures = {"flow": {"running": 3, "started": 0, "ended": 9}}
    assert figures_for(UserFactory(teamleider=True, team=teams["own"]), row) == row.figures
    assert figures_for(UserFactory(monitor=True), row)["flow"]["running"] is None


def test_combinations_and_parts_of_a_month_are_for_the_team_only(run, teams):
    lead, monitor = UserFactory(teamleider=True, team=teams["own"]), UserFactory(monitor=True)
    ScopeFigures.objects.create(run=run, team=teams["own"], funder="uwv", figures={})
    ScopeFigures.objects.create(run=run, funder="uwv", figures={})
    assert ScopeFigures.objects.visible_to(lead).count() == 2
    assert ScopeFigures.objects.visible_to(monitor).count() == 4
    run.period_kind = PeriodKind.MONTH
    run.save()
    assert ScopeFigures.objects.visible_to(lead).count() == 2
    assert [row.is_whole for row in ScopeFigures.objects.visible_to(monitor)] == [True]


@pytest.mark.parametrize(("started", "ended", "left"), [(3, 20, 20), (20, 3, 20), (20, 20, 3)])
def test_few_who_came_or_went_hide_the_people_of_the_period_too(started, ended, left):
    figures = {
        "flow": {"running": 40, "started": started, "ended": ended},
        "period_employment_rate": Proportion.of(20, 40 + left).as_dict(),
        "point_employment_rate": Proportion.of(20, 40).as_dict(),
    }
    shown = hide_small(figures)
    assert shown["flow"] == {"running": 40, "started": None, "ended": None, "hidden": True}
    assert shown["period_employment_rate"] == {**dict.fromkeys(HIDDEN), "hidden": True}
    assert shown["point_employment_rate"] == figures["point_employment_rate"]


# -- small numbers -----------------------------------------------------------------------------------


HIDDEN = ("numerator", "denominator", "rate", "ci_low", "ci_high")


def share(numerator, denominator):
    return hide_small_share(Proportion.of(numerator, denominator).as_dict())


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 40), (4, 40), (36, 40), (39, 40)])
def test_share_of_a_few_people_or_of_all_but_a_few_is_hidden(numerator, denominator):
    assert share(numerator, denominator) == {
        "numerator": None,
        "denominator": denominator,
        "rate": None,
        "ci_low": None,
        "ci_high": None,
        "hidden": True,
    }


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 40), (5, 40), (35, 40), (40, 40), (0, 0)])
def test_share_of_nobody_of_five_or_of_everybody_is_shown(numerator, denominator):
    assert share(numerator, denominator) == Proportion.of(numerator, denominator).as_dict()


def test_share_of_a_small_group_hides_the_group_too():
    assert share(0, 4)["denominator"] is None


def test_threshold_can_be_another():
    assert hide_small_share(Proportion.of(7, 40).as_dict(), threshold=10)["hidden"]


def test_small_numbers_of_a_whole_report_are_hidden():
    figures = {
        "definition_version": "2026-1",
        "scope": {"team": "noord", "funder": None, "target_group": None},
        "flow": {"running": 40, "started": 4, "ended": 0},
        "point_employment_rate": Proportion.of(3, 40).as_dict(),
        "cohort_placement_rate": [{"months": 6, "not_yet_mature": 2, **Proportion.of(20, 40).as_dict()}],
        "job_sustainment": [{"weeks": 13, **Proportion.of(1, 20).as_dict()}],
        "time_to_first_job": time_to_first_job(
            days_placed=[9] * 3, days_ended=[], days_waiting=[99] * 20
        ).as_dict(),
    }
    shown = hide_small(figures)
    assert shown["scope"] == figures["scope"]
    assert shown["flow"] == {"running": 40, "started": None, "ended": None, "hidden": True}
    assert shown["point_employment_rate"]["numerator"] is None
    assert shown["cohort_placement_rate"] == [
        {**figures["cohort_placement_rate"][0], **dict.fromkeys(("not_yet_mature", *HIDDEN)), "hidden": True}
    ]
    assert shown["job_sustainment"][0]["hidden"]
    assert shown["time_to_first_job"]["events"] is None
    assert shown["time_to_first_job"]["n"] == 23
    assert {point["value"] for point in shown["time_to_first_job"]["cumulative_incidence"]} == {None}
    assert figures["flow"]["started"] == 4


def test_point_of_the_curve_that_stands_for_a_few_people_is_hidden():
    figure = time_to_first_job(
        days_placed=[100] * 2 + [300] * 8, days_ended=[], days_waiting=[999] * 20
    ).as_dict()
    points = hide_small({"time_to_first_job": figure})["time_to_first_job"]["cumulative_incidence"]
    assert [point["value"] for point in points] == [None, 0.333333, 0.333333, 0.333333]

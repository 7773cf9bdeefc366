"""The remembered quarters are never older than what they are made of."""

from datetime import date

import pytest

from reports.indicators.scope import Scope
from reports.indicators.trend import trend
from reports.team.selectors.live_trend import live_trend
from tests.factories import ClientFactory, JobFactory, TeamFactory, TrajectoryFactory
from trajectories.models import Job, JobEndReason, Trajectory, TrajectoryEndReason

pytestmark = pytest.mark.django_db
ASKED = {"until": date(2026, 9, 30), "quarters": 3}


@pytest.fixture
def team():
    team = TeamFactory()
    same = TrajectoryFactory(in_team=team, enrolled_on=date(2026, 1, 5), ended_on=date(2026, 2, 5)).client
    JobFactory(
        trajectory=TrajectoryFactory(client=same, enrolled_on=date(2026, 3, 5)), started_on=date(2026, 5, 1)
    )
    TrajectoryFactory(in_team=team, enrolled_on=date(2026, 6, 1))
    return team


def running():
    return Trajectory.objects.filter(enrolled_on=date(2026, 3, 5))


CHANGES = {
    "a job ended": lambda: Job.objects.update(
        ended_on=date(2026, 6, 30), end_reason=JobEndReason.CONTRACT_AFGELOPEN
    ),
    "a job started later": lambda: Job.objects.update(started_on=date(2026, 8, 1)),
    "a job is not regular": lambda: Job.objects.update(regular_wage=None),
    "not open to anyone": lambda: Job.objects.update(open_to_anyone=False),
    "no ordinary employer": lambda: Job.objects.update(regular_employer=False),
    "a job is gone": lambda: Job.objects.all().delete(),
    "a job came": lambda: JobFactory(
        trajectory=Trajectory.objects.get(enrolled_on=date(2026, 6, 1)), started_on=date(2026, 7, 1)
    ),
    "a trajectory ended": lambda: Trajectory.objects.filter(enrolled_on=date(2026, 6, 1)).update(
        ended_on=date(2026, 6, 9), end_reason=TrajectoryEndReason.WENS_CLIENT
    ),
    "enrolled earlier": lambda: Trajectory.objects.filter(enrolled_on=date(2026, 6, 1)).update(
        enrolled_on=date(2025, 6, 1)
    ),
    "of another client": lambda: running().update(client=ClientFactory()),
    "of another team": lambda: running().update(team=TeamFactory()),
    "of another kind": lambda: running().update(kind="mss"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_shows_at_once(team, change):
    scope = Scope(team=team)
    before = live_trend(scope, **ASKED)
    assert before == trend(scope, **ASKED)
    change()
    after = live_trend(scope, **ASKED)
    assert after == trend(scope, **ASKED)
    assert after != before


def test_unchanged_quarters_cost_one_statement(team, count_queries):
    live_trend(Scope(team=team), **ASKED)
    with count_queries(1):
        live_trend(Scope(team=team), **ASKED)


def test_another_scope_has_its_own_quarters(team):
    live_trend(Scope(team=team), **ASKED)
    narrower = Scope(team=team, funder="gemeente")
    assert live_trend(narrower, **ASKED) == trend(narrower, **ASKED)


def test_empty_scope_is_no_error():
    assert live_trend(Scope(team=TeamFactory()), **ASKED)[0].flow.running == 0

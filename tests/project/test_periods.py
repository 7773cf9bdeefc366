"""Does a period contain a day, and which stage is a client in: one table each, asked of all who answer."""

from datetime import date, timedelta

import pytest

from clients.models import Assignment, Client
from ipsplatform.common.periods import runs_on
from staff.models import Team, User
from tests.factories import (
    AssignmentFactory,
    JobFactory,
    StagePeriodFactory,
    TeamMembershipFactory,
    TrajectoryFactory,
)
from trajectories.caseload.selectors import caseload_facts
from trajectories.journey.selectors import client_journey, trajectories_of
from trajectories.models import Job, Stage, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)
YESTERDAY, TOMORROW, LONG_AGO = TODAY - timedelta(days=1), TODAY + timedelta(days=1), date(2020, 1, 1)


@pytest.mark.parametrize(
    ("started_on", "ended_on", "runs"),
    [
        (LONG_AGO, None, True),
        (TODAY, None, True),
        (TOMORROW, None, False),
        (LONG_AGO, TOMORROW, True),
        (LONG_AGO, TODAY, True),
        (TODAY, TODAY, True),
        (LONG_AGO, YESTERDAY, False),
        (TOMORROW, TOMORROW, False),
    ],
)
def test_everybody_agrees_whether_a_period_runs_today(started_on, ended_on, runs):
    period = {"started_on": started_on, "ended_on": ended_on}
    assignment, membership = AssignmentFactory(**period), TeamMembershipFactory(**period)
    supported = TrajectoryFactory(enrolled_on=started_on, ended_on=ended_on)
    worker = JobFactory(trajectory__enrolled_on=LONG_AGO, **period).trajectory.client
    answers = {
        "a row": runs_on(TODAY, **period),
        "assignments": Assignment.objects.running_on(TODAY).exists(),
        "current": Assignment.objects.current().exists(),
        "caseload": Client.objects.on_caseload_of(assignment.user).exists(),
        "trajectories": Trajectory.objects.running_on(TODAY).filter(pk=supported.pk).exists(),
        "members": User.objects.in_teams([membership.team], TODAY).exists(),
        "teams": Team.objects.of_member(membership.user).exists(),
        "jobs": Job.objects.running_on(TODAY).exists(),
        "jobs of the caseload": bool(caseload_facts([worker], TODAY)[0].jobs),
        "picture": client_journey(worker, trajectories_of(worker)).position.stage != "",
    }
    assert answers == dict.fromkeys(answers, runs)


@pytest.mark.parametrize(
    ("ips", "mss", "works", "stage"),
    [
        ("", "", False, ""),
        (Stage.INLOOP, "", False, Stage.INLOOP),
        ("", Stage.INLOOP, False, Stage.INLOOP),
        (Stage.INLOOP, Stage.DAGBESTEDING, False, Stage.DAGBESTEDING),
        (Stage.BEGELEID_WERK, Stage.DAGBESTEDING, False, Stage.BEGELEID_WERK),
        (Stage.INLOOP, Stage.BEGELEID_WERK, True, Stage.BETAALDE_BAAN),
    ],
)
def test_caseload_and_picture_name_the_same_stage(ips, mss, works, stage):
    """A client makes one journey, also with two trajectories (domain.md, section 4)."""
    trajectory = TrajectoryFactory()
    client = trajectory.client
    beside = TrajectoryFactory(client=client, mss=True)
    for open_stage, of in ((ips, trajectory), (mss, beside)):
        if open_stage:
            StagePeriodFactory(trajectory=of, stage=open_stage)
    if works:
        JobFactory(trajectory=trajectory)
    here = client_journey(client, trajectories_of(client)).position
    assert (caseload_facts([client], TODAY)[0].stage, here.stage) == (stage, stage)

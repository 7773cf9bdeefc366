"""A stored run says what changed in the files since, and whether it would come out the same."""

import random
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.indicators.scope import Scope
from reports.models import MonitoringRun, PeriodKind
from reports.runs.overtaken import Recorded, recorded_of_teams
from reports.runs.services import store_run
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.oracle.folders import write_folder
from tests.reports.folders import load_folder
from trajectories.models import Job, Trajectory

pytestmark = pytest.mark.django_db(transaction=True)  # the history tells transactions apart by their moment
PERIOD = {"period_from": date(2025, 7, 1), "period_to": date(2025, 9, 30)}


@pytest.fixture
def lead():
    return UserFactory(teamleider=True, team=TeamFactory(name="FACT Noord"))


@pytest.fixture
def team(lead):
    return lead.memberships.get().team


@pytest.fixture
def jobs(team):
    """Four clients, two of them at work."""
    found = [TrajectoryFactory(in_team=team, enrolled_on=date(2025, 1, day)) for day in (6, 7, 8, 9)]
    return [JobFactory(trajectory=each, started_on=date(2025, 3, 3)) for each in found[:2]]


@pytest.fixture
def run(jobs):
    return store_run(period_kind=PeriodKind.QUARTER, **PERIOD)


def listed(client, user):
    client.force_login(user)
    return client.get(reverse("reports:run_list"))


def detail(client, user, run):
    client.force_login(user)
    return client.get(reverse("reports:run_detail", args=[run.public_id])).context["overtaken"]


def test_a_run_is_current_while_nothing_moved(client, lead, run):
    page = listed(client, lead)
    ((_name, text, row),) = page.context["rows"]
    assert (row.changed, row.is_current) == (0, True)
    assert text == "50% werkte (2 van 4), 50% op de laatste dag"
    assert "actueel" in page.content.decode()
    assert detail(client, lead, run) == ""


def test_a_correction_is_told_with_what_it_would_be_now(client, lead, run, jobs):
    Job.objects.filter(pk=jobs[0].pk).update(regular_wage=False)
    page = listed(client, lead)
    assert "sindsdien veranderde 1 traject" in page.content.decode()
    assert "actueel" not in page.content.decode()
    assert detail(client, lead, run) == ("Sinds deze berekening veranderde 1 traject; nu zou 1 van 4 staan.")


def test_a_change_that_moves_no_figure_is_told_too(client, lead, run, jobs):
    Job.objects.filter(pk=jobs[0].pk).update(started_on=date(2025, 3, 4))
    assert detail(client, lead, run) == "Sinds deze berekening veranderde 1 traject; het blijft 2 van 4."


def test_what_happened_after_the_as_of_day_changes_nothing(client, lead, run, jobs, team):
    Job.objects.filter(pk=jobs[0].pk).update(
        ended_on=date(2025, 11, 1), end_reason="overig", occupation="kok"
    )
    JobFactory(trajectory=Trajectory.objects.last(), started_on=date(2025, 10, 1))
    TrajectoryFactory(in_team=team, enrolled_on=date(2025, 10, 2))
    assert detail(client, lead, run) == ""


def test_a_change_in_another_team_is_not_told(client, lead, run):
    TrajectoryFactory(in_team=TeamFactory(), enrolled_on=date(2025, 2, 2))
    assert detail(client, lead, run) == ""


def test_a_reader_outside_the_team_hears_nothing_of_it(client, run, jobs):
    Job.objects.filter(pk=jobs[0].pk).update(regular_wage=False)
    monitor = UserFactory(monitor=True)
    page = listed(client, monitor)
    assert page.context["rows"][0][-1].changed is None
    assert not [word for word in ("actueel", "veranderde") if word in page.content.decode()]
    assert detail(client, monitor, run) == ""


def test_a_run_of_older_definitions_is_not_current(client, lead, run):
    MonitoringRun.objects.update(definition_version="2026-1")
    page = listed(client, lead).content.decode()
    assert "definities 2026-1" in page
    assert "actueel" not in page


AS_OF = date(2025, 9, 30)


def facts(scope):
    """What can be seen on the as-of day, read from the rows themselves."""
    return {
        found.pk: (
            found.client_id,
            found.enrolled_on,
            found.ended_on if found.ended_on and found.ended_on <= AS_OF else None,
            found.hours_worked_at_enrolment > 0,
            sorted(
                (
                    job.started_on,
                    job.ended_on if job.ended_on and job.ended_on <= AS_OF else date.max,
                    job.is_competitive,
                )
                for job in found.jobs.all()
                if job.started_on <= AS_OF
                and False not in (job.open_to_anyone, job.regular_wage, job.regular_employer)
            ),
        )
        for found in scope.trajectories().filter(enrolled_on__lte=AS_OF).prefetch_related("jobs")
    }


def change_something(rng):
    job = rng.choice(list(Job.objects.all()))
    found = rng.choice(list(Trajectory.objects.all()))
    day = timedelta(days=rng.choice([-1, 1, 40]))
    rng.choice(
        [
            lambda: Job.objects.filter(pk=job.pk).update(regular_wage=rng.choice([None, True, False])),
            lambda: Job.objects.filter(pk=job.pk).update(occupation="kok"),
            lambda: Job.objects.filter(pk=job.pk).delete(),
            lambda: JobFactory(trajectory=found, started_on=found.ended_on or found.enrolled_on),
            lambda: Trajectory.objects.filter(pk=found.pk).update(
                enrolled_on=min(found.enrolled_on + day, found.ended_on or date.max)
            ),
            lambda: Trajectory.objects.filter(pk=found.pk).update(funder="uwv"),
            lambda: Trajectory.objects.filter(pk=found.pk).update(
                hours_worked_at_enrolment=0 if found.hours_worked_at_enrolment else 8
            ),
            lambda: Trajectory.objects.filter(pk=found.pk).update(wish="iets met fietsen"),
        ]
    )()


@pytest.mark.parametrize("seed", range(2))
def test_any_changes_are_counted_as_the_rows_themselves_say(seed, tmp_path):
    write_folder(tmp_path, seed=seed, clients=30)
    teams, rng = load_folder(tmp_path), random.Random(seed)
    scopes = [Scope(team=teams["T1"]), Scope(team=teams["T2"], funder="uwv")]
    for _ in range(3):
        change_something(rng)  # before the run: no part of what changed since
    moment, before = timezone.now(), [facts(scope) for scope in scopes]
    for _ in range(25):
        change_something(rng)
    found = []
    for scope, was in zip(scopes, before, strict=True):
        becomes = facts(scope)
        expected = sum(was.get(key) != becomes.get(key) for key in was.keys() | becomes.keys())
        recorded = recorded_of_teams([scope.team.pk], moment)
        assert recorded.changed_since(moment, scope=scope, as_of=AS_OF) == expected
        found.append(expected)
    assert any(found)


def test_what_stayed_as_it_was_is_not_read(tmp_path):
    write_folder(tmp_path, seed=1, clients=30)
    teams = [team.pk for team in load_folder(tmp_path).values()]
    moment = timezone.now()
    assert recorded_of_teams(teams, moment) == Recorded([], [], [], [])
    job = Job.objects.filter(trajectory__team__in=teams).first()
    Job.objects.filter(pk=job.pk).update(occupation="kok")
    recorded = recorded_of_teams(teams, moment)
    assert [row["id"] for row in recorded.trajectories] == [job.trajectory_id]
    assert {row["trajectory_id"] for row in recorded.jobs} == {job.trajectory_id}

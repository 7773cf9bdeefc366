"""The lists and counts of the team's page are those of the rules, whoever its clients are (ADR 55)."""

from datetime import date
from random import Random

import pytest

from clients.models import Assignment, Client
from reports.team.selectors.dashboard import TeamDashboard, team_dashboard
from reports.team.selectors.people import NAMES_SHOWN
from tests.factories import UserFactory
from tests.trajectories.caseload.at_random import Caseload
from tests.trajectories.caseload.told import TODAY, Told, runs
from trajectories.models import Job, SignalCode, Stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture(params=range(4))
def caseload(request) -> Caseload:
    made = Caseload(Random(100 + request.param), TODAY)
    made.write(110)
    return made


def listed(caseload: Caseload) -> list[Told]:
    clients = Client.objects.filter(team=caseload.teams[0]).in_list_order()
    everybody = (Told(client) for client in clients.prefetch_related("trajectories", "contacts"))
    return [told for told in everybody if told.is_shown_as_running]


def followers(told: Told) -> list[Assignment]:
    return [one for one in told.client.assignments.select_related("user") if runs(one)]


def days(since: date | None) -> int | None:
    return (TODAY - since).days if since else None


def lines(board: TeamDashboard, name: str) -> list[tuple[Client, int | None]]:
    return [(line.client, line.days) for line in getattr(board, name)]


def longest(found: list[tuple[Client, int | None]]) -> list[tuple[Client, int | None]]:
    return sorted(found, key=lambda line: -(line[1] or 0))[:NAMES_SHOWN]


def test_lists_and_counts_are_those_of_the_rules(caseload):
    team = caseload.teams[0]
    board = team_dashboard(team=team, user=UserFactory(teamleider=True, team=team), day=TODAY)
    people = listed(caseload)
    assert board.clients == len(people)
    assert {count.stage: count.clients for count in board.stages} == {
        stage: sum(told.stage == stage for told in people) for stage in (*Stage.values, "")
    }
    for worker in board.workers:
        own = [told for told in people if worker.user.pk in {one.user_id for one in followers(told)}]
        not_seen = [told for told in own if SignalCode.NOT_SEEN in {code for code, *_days in told.signals}]
        at_work = [told for told in own if told.stage == Stage.BETAALDE_BAAN]
        assert (worker.clients, worker.not_seen, worker.in_work) == (len(own), len(not_seen), len(at_work))
    assert sum(worker.not_seen for worker in board.workers)


def test_names_are_those_of_the_rules(caseload):
    team = caseload.teams[0]
    board = team_dashboard(team=team, user=UserFactory(teamleider=True, team=team), day=TODAY)
    people = listed(caseload)
    active = {told.client: [one for one in followers(told) if one.user.is_active] for told in people}
    assert lines(board, "without_worker") == [
        (told.client, days(told.enrolled_on)) for told in people if not active[told.client]
    ]
    assert lines(board, "without_fixed") == [
        (told.client, days(max(told.ips.enrolled_on, left_on(told))))
        for told in people
        if told.ips and active[told.client] and not any(one.is_primary for one in active[told.client])
    ]
    unseen = [(told.client, days(told.waits_since)) for told in people if told.running]
    assert lines(board, "unseen") == longest(unseen)
    without_job = [
        (told.client, days(max(told.ips.enrolled_on, worked_until(told))))
        for told in people
        if told.ips and SignalCode.LONG_WITHOUT_JOB in {code for code, *_days in told.signals}
    ]
    assert lines(board, "without_job") == longest(without_job)
    assert all(lines(board, name) for name in ("without_worker", "without_fixed", "unseen"))


def left_on(told: Told) -> date:
    fixed = told.client.assignments.filter(is_primary=True, ended_on__lte=TODAY)
    return max((one.ended_on for one in fixed), default=date.min)


def worked_until(told: Told) -> date:
    jobs = Job.objects.filter(trajectory__client=told.client, ended_on__lt=TODAY)
    return max((job.ended_on for job in jobs if job.is_competitive), default=date.min)

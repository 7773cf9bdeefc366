"""A worker leaves: refused with a caseload, parked on request, and the team lead sees the clients."""

from datetime import date

import pytest
from django.urls import reverse

from clients.following import services
from clients.models import Assignment
from ipsplatform.common.errors import RuleError
from staff.models import Role
from tests.factories import AssignmentFactory, ClientFactory, TeamFactory, TrajectoryFactory, UserFactory

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)


@pytest.fixture
def team():
    return TeamFactory(name="FACT Noord")


@pytest.fixture
def worker(team):
    return UserFactory(username="ans", last_name="Bos", team=team)


@pytest.fixture
def followed(team, worker):
    found = ClientFactory(team=team, last_name="Groot", followed_by=worker)
    TrajectoryFactory(client=found)
    return found


def close_account(browser, person, **more):
    """The admin's page of a person, with the tick at `may sign in` taken away."""
    url = reverse("admin:staff_user_change", args=[person.pk])
    form = browser.get(url).context["adminform"].form
    values = {name: form[name].value() or "" for name in form.fields if name not in ("is_active", "password")}
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    values.pop("park_caseload")
    response = browser.post(url, {**values, **inline, **more}, follow=True)
    person.refresh_from_db()
    return response


def test_who_follows_clients_does_not_just_disappear(client, worker, followed):
    client.force_login(UserFactory(beheerder=True))
    page = close_account(client, worker).content.decode()
    assert worker.is_active
    assert f"{worker} volgt nog cliënten." in page
    assert "Groot" not in page


def test_how_many_clients_somebody_follows_is_not_told(client, team, worker, followed):
    """An administrator who closes nothing would read the size of every caseload."""
    client.force_login(UserFactory(beheerder=True))
    one = refusals(close_account(client, worker))
    for _number in range(3):
        ClientFactory(team=team, followed_by=worker)
    assert refusals(close_account(client, worker)) == one
    assert one


def refusals(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_parking_ends_the_assignments_and_closes_the_account(client, worker, followed):
    client.force_login(UserFactory(beheerder=True))
    close_account(client, worker, park_caseload="on")
    assert not worker.is_active
    assert Assignment.objects.get(client=followed).ended_on == TODAY


def test_who_follows_nobody_leaves_without_a_question(client, worker):
    client.force_login(UserFactory(beheerder=True))
    close_account(client, worker)
    assert not worker.is_active


def test_after_handing_over_the_account_can_be_closed(client, worker, followed, team):
    lead, successor = UserFactory(teamleider=True, team=team), UserFactory(team=team)
    with pytest.raises(RuleError):
        services.refuse_while_following(user=worker)
    services.hand_over(assignment=followed.assignments.get(), to=successor, on=TODAY, by=lead)
    client.force_login(UserFactory(beheerder=True))
    close_account(client, worker)
    assert not worker.is_active


def test_an_assignment_that_starts_later_is_parked_on_its_first_day(worker, team):
    later = date(2026, 4, 1)
    AssignmentFactory(client=ClientFactory(team=team), user=worker, started_on=later)
    assert services.park_caseload(user=worker, by=UserFactory(beheerder=True)) == 1
    assert Assignment.objects.get().ended_on == later


def test_parking_twice_is_parking_once(worker, followed):
    administrator = UserFactory(beheerder=True)
    assert services.park_caseload(user=worker, by=administrator) == 1
    assert services.park_caseload(user=worker, by=administrator) == 0


def test_the_team_lead_sees_a_parked_client_the_same_day(client, worker, followed, team):
    administrator = UserFactory(beheerder=True)
    services.park_caseload(user=worker, by=administrator)
    worker.is_active = False
    worker.save()
    client.force_login(UserFactory(teamleider=True, team=team))
    board = client.get("/team/").context["board"]
    assert [line.client for line in board.without_worker] == [followed]
    assert board.without_fixed == []


def test_the_team_lead_sees_who_lost_the_fixed_person(client, worker, team, time_machine):
    followed = ClientFactory(team=team)
    TrajectoryFactory(client=followed)
    services.assign(client=followed, user=worker, role=Role.IPS_TRAJECTBEGELEIDER, by=worker)
    peer = UserFactory(ervaringsdeskundige=True, team=team)
    AssignmentFactory(client=followed, user=peer)
    services.park_caseload(user=worker, by=UserFactory(beheerder=True))
    worker.is_active = False
    worker.save()
    time_machine.move_to("2026-03-05T09:00:00+01:00", tick=False)
    client.force_login(UserFactory(teamleider=True, team=team))
    page = client.get("/team/")
    assert [(line.client, line.days) for line in page.context["board"].without_fixed] == [(followed, 3)]
    assert "Zonder vaste trajectbegeleider" in page.content.decode()
    services.assign(client=followed, user=UserFactory(team=team), role=Role.IPS_TRAJECTBEGELEIDER, by=peer)
    assert client.get("/team/").context["board"].without_fixed == []

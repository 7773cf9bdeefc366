"""Who sees a client, row by row (domain.md, section 3)."""

from datetime import date, timedelta

import pytest

from clients.models import Client
from staff.models import Role
from tests.factories import AssignmentFactory, ClientFactory, TeamFactory, TeamMembershipFactory, UserFactory

pytestmark = [pytest.mark.shows(3), pytest.mark.django_db]

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _on_monday(time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)


def sees(user, client) -> bool:
    return Client.objects.visible_to(user).filter(pk=client.pk).exists()


@pytest.mark.parametrize(
    ("persona", "visible"),
    [
        ("owner", True),
        ("peer_owner", True),
        ("teammate", True),
        ("team_lead", True),
        ("other_worker", False),
        ("other_team_lead", False),
        ("monitor", False),
        ("administrator", False),
    ],
)
def test_visibility_table(world, persona, visible):
    assert sees(world.people[persona], world.client) is visible


@pytest.mark.parametrize("role", [Role.IPS_TRAJECTBEGELEIDER, Role.CASEMANAGER, Role.KWARTIERMAKER])
def test_assignment_opens_a_client_of_another_team(role):
    worker = UserFactory(role=role, team=TeamFactory())
    assert sees(worker, ClientFactory(followed_by=worker))


@pytest.mark.parametrize(("ends_in_days", "visible"), [(-1, False), (0, True), (1, True)])
def test_access_ends_on_the_last_day_of_an_assignment(ends_in_days, visible):
    worker = UserFactory()
    assignment = AssignmentFactory(user=worker, ended_on=TODAY + timedelta(days=ends_in_days))
    assert sees(worker, assignment.client) is visible


@pytest.mark.parametrize(("ends_in_days", "visible"), [(-1, False), (0, True)])
def test_access_ends_on_the_last_day_of_a_membership(ends_in_days, visible):
    client = ClientFactory()
    membership = TeamMembershipFactory(team=client.team, ended_on=TODAY + timedelta(days=ends_in_days))
    assert sees(membership.user, client) is visible


def test_access_begins_on_the_first_day_of_an_assignment():
    worker = UserFactory()
    assignment = AssignmentFactory(user=worker, started_on=TODAY + timedelta(days=1))
    assert not sees(worker, assignment.client)


def test_client_without_team_is_for_team_leads_and_who_follows_them():
    follower, lead, colleague = UserFactory(), UserFactory(teamleider=True), UserFactory(team=TeamFactory())
    client = ClientFactory(team=None, followed_by=follower)
    assert [sees(user, client) for user in (follower, lead, colleague)] == [True, True, False]


def test_somebody_who_left_sees_nobody():
    worker = UserFactory(is_active=False, team=TeamFactory())
    assert not sees(worker, ClientFactory(followed_by=worker))


def test_list_order_is_that_of_a_dictionary():
    for name in ("Zwart", "Çelik", "de Wit", "Cohen", "Celan"):
        ClientFactory(last_name=name)
    names = list(Client.objects.in_list_order().values_list("last_name", flat=True))
    assert names == ["Celan", "Çelik", "Cohen", "de Wit", "Zwart"]

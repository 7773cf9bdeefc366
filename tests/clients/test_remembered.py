"""Who sees whom is asked once while a page is read, and anew wherever something may change (ADR 51)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from ipsplatform.common.remembered import remembering
from tests.factories import AssignmentFactory, ClientFactory, TeamMembershipFactory, UserFactory

pytestmark = [pytest.mark.shows(3), pytest.mark.django_db]

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _on_monday(time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)


def test_outside_a_page_that_is_read_an_ended_assignment_closes_at_once():
    worker = UserFactory()
    assignment = AssignmentFactory(user=worker)
    assert Client.objects.visible_to(worker).count() == 1
    assignment.ended_on = TODAY - timedelta(days=1)
    assignment.save()
    assert Client.objects.visible_to(worker).count() == 0


def test_page_asks_once_and_the_next_page_asks_anew():
    worker, client = UserFactory(), ClientFactory()
    with remembering():
        assert not Client.objects.visible_to(worker).exists()
        TeamMembershipFactory(user=worker, team=client.team)
        assert not Client.objects.visible_to(worker).exists()
    with remembering():
        assert Client.objects.visible_to(worker).exists()


@pytest.mark.parametrize("name", ["trajectories:caseload_list", "trajectories:client_overview"])
def test_page_asks_once_who_sees_whom(world, client, name):
    world.sign_in(client, "owner")
    arguments = [world.client.public_id] if name.endswith("overview") else []
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name, args=arguments)).status_code == 200
    asked = [one["sql"] for one in queries if "'followed'" in one["sql"]]
    assert len(asked) == 1
    assert not [one["sql"] for one in queries if "OR" in one["sql"] and "IN (SELECT DISTINCT" in one["sql"]]

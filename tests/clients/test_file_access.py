"""Who looked in a file, as the client reads it."""

import pytest
from django.urls import reverse

from clients.selectors.file_access import file_access
from staff.models import AccessLine

pytestmark = [pytest.mark.shows(9), pytest.mark.django_db]


@pytest.fixture
def page(world) -> str:
    return reverse("clients:client_access", args=[world.client.public_id])


def test_one_line_for_each_person_and_day_with_role_and_team(world, client, page):
    for persona in ("owner", "teammate", "other_worker"):
        world.sign_in(client, persona)
        client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
        client.get(reverse("trajectories:client_contacts", args=[world.client.public_id]))
    lines = {line.who: line for line in file_access(world.client)}
    assert lines.keys() == {
        "IPS-trajectbegeleider, FACT Noord",
        "casemanager, FACT Noord",
        "IPS-trajectbegeleider, FACT Zuid",
    }
    assert lines["casemanager, FACT Noord"].what == "keek naar het overzicht, de contacten"
    assert lines["casemanager, FACT Noord"].times == 2
    assert lines["IPS-trajectbegeleider, FACT Zuid"].is_refused


def test_page_names_no_member_of_staff_and_its_reading_is_remembered(world, client, page):
    world.sign_in(client, "teammate")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    world.sign_in(client, "owner")
    text = client.get(page).content.decode()
    assert world.people["teammate"].last_name not in text
    assert "casemanager" in text
    assert AccessLine.objects.order_by("-pk").values_list("part", "row_count").first() == ("log", 1)


def test_empty_list_says_so(world, client, page):
    world.sign_in(client, "owner")
    assert "Nog niemand" in client.get(page).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_query_budget(world, client, page, count_queries, rows):
    world.sign_in(client, "owner")
    for _ in range(rows):
        client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    with count_queries(7):  # session, user, client, team lead or follower, lines, teams
        client.get(page)

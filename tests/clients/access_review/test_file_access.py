"""Who looked in a file, as the client reads it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.access_review.pages import file_access_lines, list_lines
from clients.access_review.selectors.file_access import file_access, list_sightings
from clients.emergency.services import start_emergency_access
from ipsplatform.common.day_texts import day_text
from staff.models import AccessLine
from tests.factories import ContactFactory, EmployerFactory

pytestmark = [pytest.mark.shows(9), pytest.mark.django_db]


@pytest.fixture
def page(world) -> str:
    return reverse("clients:client_access", args=[world.client.public_id])


def test_one_line_for_each_person_and_day_with_role_and_team(world, client, page):
    for persona in ("owner", "teammate", "other_worker"):
        world.sign_in(client, persona)
        client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
        client.get(reverse("trajectories:client_contacts", args=[world.client.public_id]))
    lines = {line.who: line for line in file_access_lines(file_access(world.client))}
    assert lines.keys() == {
        "IPS-trajectbegeleider, FACT Noord",
        "casemanager, FACT Noord",
        "IPS-trajectbegeleider, FACT Zuid",
    }
    assert lines["casemanager, FACT Noord"].what == "keek naar het overzicht en de contacten"
    assert lines["casemanager, FACT Noord"].times == 2
    assert lines["IPS-trajectbegeleider, FACT Zuid"].is_refused
    assert lines["IPS-trajectbegeleider, FACT Zuid"].why == "het dossier bleef dicht"


def test_page_names_no_member_of_staff_and_its_reading_is_logged(world, client, page):
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
    # session with user, client, team lead or follower, lines, people, teams, lists, emergencies, is this one,
    # the name of the organisation
    with count_queries(9):
        client.get(page)


def test_names_stand_there_only_by_decision(world, client, page, settings):
    world.sign_in(client, "teammate")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    world.sign_in(client, "owner")
    name = str(world.people["teammate"])
    assert name not in client.get(page).content.decode()
    settings.FILE_ACCESS_SHOWS_NAMES = True
    assert f"{name}, casemanager, FACT Noord" in client.get(page).content.decode()


def test_emergency_access_is_told_with_its_reason_and_not_its_explanation(world, client, page):
    helper = world.people["other_worker"]
    access = start_emergency_access(
        client=world.client, reason="gevaar", explanation="Geheim.", hours=1, by=helper
    )
    world.sign_in(client, "other_worker")
    client.get(reverse("trajectories:client_overview", args=[world.client.public_id]))
    world.sign_in(client, "owner")
    assert "Hierover is nog geen oordeel." in client.get(page).content.decode()
    world.sign_in(client, "team_lead")
    review = reverse("clients:review_detail", args=[access.review.public_id])
    client.post(review, {"verdict": "in_order"})
    world.sign_in(client, "owner")
    text = client.get(page).content.decode()
    assert "IPS-trajectbegeleider, FACT Zuid. De reden: acuut gevaar" in text
    assert "noodgeval" in text
    assert "De teamleider oordeelde: dit was in orde." in text
    assert "de noodprocedure" not in text
    assert "veranderde iets" not in text
    assert "Geheim." not in text
    assert str(helper) not in text


def test_a_list_is_no_look_into_the_file_and_is_told_once_for_each_person(world, client, page):
    world.sign_in(client, "teammate")
    for _time in range(3):
        client.get(reverse("trajectories:caseload_list"), {"scope": "team"})
        client.get(reverse("trajectories:search"), {"q": world.client.last_name})
    client.get(reverse("trajectories:caseload_export", args=["csv"]), {"scope": "team"})
    assert not file_access(world.client)
    [line] = list_lines(list_sightings(world.client))
    today = timezone.localdate()
    assert (line.who, line.times, line.day) == ("casemanager, FACT Noord", 7, today)
    assert line.what == (
        f"zag je naam in een lijst, op 1 dag sinds {day_text(today)}, en bewaarde een lijst als bestand"
    )
    world.sign_in(client, "owner")
    assert "Je naam in lijsten" in client.get(page).content.decode()


def test_who_read_a_note_on_the_page_of_an_employer_looked_into_the_file(world, client):
    employer = EmployerFactory()
    ContactFactory(client=world.client, employer=employer, kind="werkgever")
    world.sign_in(client, "teammate")
    client.get(reverse("trajectories:employer_detail", args=[employer.public_id]))
    assert [line.what for line in file_access_lines(file_access(world.client))] == ["keek naar de contacten"]
    line = AccessLine.objects.get(client_id=world.client.public_id)
    assert (line.relation, line.action, line.part) == ("team", "R", "contacts")

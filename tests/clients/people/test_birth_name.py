"""The name by birth beside the name in use: found by both, told where it differs, kept out of lists."""

import pytest
from django.urls import reverse

from clients.emergency.services import is_this_client
from clients.models import Client
from clients.people.selectors import possible_duplicates
from clients.people.services import correct_client
from ipsplatform.privacy.scrubbing import LAST_NAMES, Scrubber
from staff.models import AuditEvent
from tests.factories import AssignmentFactory, ClientFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.trajectories.case_import.import_files import run_import, write_all, write_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def team():
    return TeamFactory(code="N")


@pytest.fixture
def worker(client, team):
    worker = UserFactory(team=team)
    client.force_login(worker)
    return worker


@pytest.fixture
def anna(team, worker):
    anna = ClientFactory(
        team=team, first_name="Anna", name_prefix="de", last_name="Groot", birth_name="Zuurdijk"
    )
    AssignmentFactory(client=anna, user=worker)
    TrajectoryFactory(client=anna, team=team)
    return anna


def page(client, name, person) -> str:
    return client.get(reverse(name, args=[person.public_id])).content.decode()


def test_registered_corrected_and_told_in_the_history(client, worker, team):
    client.post(
        "/clients/register/", {"last_name": "Groot", "birth_name": " Zuur\u200bdijk ", "team": team.public_id}
    )
    anna = Client.objects.get()
    assert anna.birth_name == "Zuurdijk"
    correct_client(client=anna, birth_name="Zuurbier", by=worker)
    assert AuditEvent.objects.get(action="client_corrected").changes == {
        "birth_name": ["Zuurdijk", "Zuurbier"]
    }
    assert "Zuurdijk → Zuurbier" in page(client, "trajectories:client_overview", anna)


@pytest.mark.parametrize("asked", ["zuurdijk", "Anna Zuurdijk", "zuurdyk", "groot zuurdijk", "anna de groot"])
def test_found_by_either_name_and_told_beside_the_number(client, anna, asked):
    answer = client.get(reverse("trajectories:search"), {"q": asked})
    assert [row.client for row in answer.context["rows"]] == [anna]
    assert "geboren Zuurdijk" in answer.content.decode()


def test_in_the_header_where_it_differs(client, anna):
    assert "geboren Zuurdijk" in page(client, "trajectories:client_overview", anna)
    for same in ("Groot", "GRÓOT", "de Groot", ""):
        Client.objects.filter(pk=anna.pk).update(birth_name=same)
        assert "geboren" not in page(client, "trajectories:client_overview", anna), same


def test_in_no_list_and_no_export_outside_the_file(client, anna, worker):
    lead = UserFactory(teamleider=True, team=anna.team)
    for person in (worker, lead):
        client.force_login(person)
        for name in ("trajectories:caseload_list", "trajectories:client_options", "reports:team_dashboard"):
            assert "Zuurdijk" not in client.get(reverse(name)).content.decode(), name
        export = client.get(reverse("trajectories:caseload_export", args=["csv"]))
        content = export.getvalue() if export.streaming else export.content
        assert "Groot".upper() in content.decode().upper()
        assert "Zuurdijk" not in content.decode()


@pytest.mark.parametrize(
    ("typed", "is_double"),
    [
        ({"last_name": "Zuurdijk"}, True),
        ({"last_name": "Bakker", "birth_name": "Zuurdijk"}, True),
        ({"last_name": "Zuurdijk", "birth_name": "Groot"}, True),
        ({"last_name": "Bakker", "birth_name": "Hermans"}, False),
    ],
)
def test_likely_doubles_compare_both_names(worker, anna, typed, is_double):
    found = possible_duplicates(
        user=worker, **{"first_name": "Anna", "name_prefix": "", "birth_date": None} | typed
    )
    assert found == ([anna] if is_double else [])


def test_an_emergency_takes_the_name_by_birth(anna):
    assert is_this_client(anna, last_name="zuurdijk")
    assert not is_this_client(ClientFactory(last_name="Groot"), last_name=" ")
    assert not is_this_client(ClientFactory(last_name="Groot", birth_name=""), last_name="zuurdijk")


def test_an_optional_column_of_a_file(tmp_path):
    write_all(tmp_path, clients={"birth_name": "Zuurdijk"})
    assert run_import(tmp_path).written
    assert Client.objects.get().birth_name == "Zuurdijk"
    write_file(tmp_path, "clients", {})
    assert run_import(tmp_path).refusals == ()
    assert Client.objects.get().birth_name == "Zuurdijk", "a column that is not there changes nothing"


def test_a_copy_for_testing_holds_an_invented_one(anna):
    field = Client._meta.get_field("birth_name")
    found = Scrubber(b"key").replacement(anna, field, Client.declared.fields["birth_name"], anna.pk)
    assert found in LAST_NAMES

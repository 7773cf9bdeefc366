"""Register a client and correct the personal details, through the pages."""

from datetime import date

import pytest
from django.urls import reverse

from clients.models import Client
from staff.models import AuditEvent, Role
from tests.factories import ClientFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

REGISTER = "/clients/register/"


@pytest.fixture
def team():
    return TeamFactory(name="FACT Noord")


@pytest.fixture
def worker(client, team):
    worker = UserFactory(team=team)
    client.force_login(worker)
    return worker


def typed(team, **changes) -> dict:
    return {
        "first_name": "Anna",
        "name_prefix": "de",
        "last_name": "Groot",
        "birth_date": "1990-05-14",
        "team": team.public_id,
        "municipality": "Groningen",
        **changes,
    }


def correct_url(person) -> str:
    return reverse("clients:client_correct", args=[person.public_id])


def test_registering_leads_to_starting_a_trajectory(client, worker, team):
    response = client.post(REGISTER, typed(team))
    person = Client.objects.get()
    assert response.url == reverse("trajectories:trajectory_start", args=[person.public_id])
    assert (person.list_name, person.birth_date, person.team) == ("GROOT, Anna de", date(1990, 5, 14), team)
    assert person.client_number.startswith("C-")


def test_who_registers_follows_the_client_from_today(client, worker, team):
    client.post(REGISTER, typed(team))
    assignment = Client.objects.get().assignments.get()
    assert (assignment.user, assignment.role, assignment.is_primary, assignment.started_on) == (
        worker,
        worker.role,
        True,
        date(2026, 3, 2),
    )


def test_team_lead_registers_without_following(client, team):
    client.force_login(UserFactory(teamleider=True, team=team))
    assert client.post(REGISTER, typed(team)).status_code == 302
    assert not Client.objects.get().assignments.exists()


def test_only_team_is_filled_in_and_of_several_one_is_chosen(client, worker, team):
    assert client.get(REGISTER).context["form"]["team"].value() == team.public_id
    client.force_login(UserFactory(team=team))
    worker.memberships.create(team=TeamFactory(), started_on=date(2020, 1, 1))
    client.force_login(worker)
    assert client.get(REGISTER).context["form"]["team"].value() is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_name": ""}, "last_name"),
        ({"last_name": "x" * 121}, "last_name"),
        ({"birth_date": "2026-03-03"}, "birth_date"),
        ({"birth_date": "14 mei"}, "birth_date"),
        ({"client_number": "C0042"}, "client_number"),
        ({"team": ""}, "team"),
        ({"email": "geen adres"}, "email"),
    ],
)
def test_registering_is_refused_beside_the_field(client, worker, team, changes, field):
    ClientFactory(client_number="C0042", first_name="Zyx", last_name="Wvut")
    response = client.post(REGISTER, typed(team, municipality="blijft staan") | changes)
    assert list(response.context["form"].errors) == [field]
    assert "blijft staan" in response.content.decode()
    assert Client.objects.count() == 1


def test_team_of_others_is_refused(client, worker):
    response = client.post(REGISTER, typed(TeamFactory()))
    assert list(response.context["form"].errors) == ["team"]


@pytest.mark.parametrize(
    "known",
    [
        {"first_name": "Ana", "name_prefix": "de", "last_name": "Groodt"},
        {"first_name": "Ánna", "name_prefix": "", "last_name": "Groot"},
        {"first_name": "Zyx", "name_prefix": "", "last_name": "Wvut", "birth_date": date(1990, 5, 14)},
    ],
)
def test_likely_doubles_are_shown_once(client, worker, team, known):
    double = ClientFactory(team=team, **known)
    warning = client.post(REGISTER, typed(team))
    assert warning.context["duplicates"] == [double]
    assert reverse("trajectories:client_overview", args=[double.public_id]) in warning.content.decode()
    assert Client.objects.count() == 1
    again = typed(team, seen_duplicates=warning.context["shown_duplicates"])
    assert client.post(REGISTER, again).status_code == 302
    assert Client.objects.count() == 2


def test_doubles_of_other_teams_are_never_mentioned(client, worker, team):
    ClientFactory(first_name="Anna", last_name="Groot", birth_date=date(1990, 5, 14))
    assert client.post(REGISTER, typed(team)).status_code == 302


def test_sending_twice_shows_the_first_one(client, worker, team):
    client.post(REGISTER, typed(team))
    assert client.post(REGISTER, typed(team)).context["duplicates"] == [Client.objects.get()]


def test_different_people_raise_no_warning(client, worker, team):
    ClientFactory(
        team=team, first_name="Piet", name_prefix="", last_name="Jansen", birth_date=date(1980, 1, 1)
    )
    assert client.post(REGISTER, typed(team)).status_code == 302


def test_correcting_keeps_what_stood_there(client, worker, team):
    person = ClientFactory(followed_by=worker, team=team, last_name="Groot")
    form = client.get(correct_url(person)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    response = client.post(correct_url(person), {**sent, "last_name": "Groote"})
    assert response.url == reverse("trajectories:client_overview", args=[person.public_id])
    assert AuditEvent.objects.get().changes == {"last_name": ["Groot", "Groote"]}


def test_correcting_keeps_a_client_of_another_team_where_it_is(client, worker):
    person = ClientFactory(followed_by=worker)
    form = client.get(correct_url(person)).context["form"]
    assert person.team in form.fields["team"].queryset


def test_lead_who_moves_a_client_away_returns_to_the_caseload(client, team):
    lead = UserFactory(teamleider=True, team=team)
    elsewhere = TeamFactory()
    membership = lead.memberships.create(team=elsewhere, started_on=date(2020, 1, 1))
    client.force_login(lead)
    person = ClientFactory(team=team)
    sent = typed(elsewhere, client_number=person.client_number)
    assert client.post(correct_url(person), sent).url.endswith(f"/clients/{person.public_id}/")
    membership.ended_on = date(2026, 3, 1)
    membership.save()
    assert client.get(correct_url(person)).status_code == 404


def test_correction_is_refused_beside_the_field(client, worker, team):
    ClientFactory(client_number="C0042")
    person = ClientFactory(followed_by=worker, team=team)
    response = client.post(correct_url(person), typed(team, client_number="C0042"))
    assert list(response.context["form"].errors) == ["client_number"]


@pytest.mark.parametrize(
    ("persona", "register", "correct"),
    [
        ("anonymous", 302, 302),
        ("owner", 200, 200),
        ("peer_owner", 200, 200),
        ("teammate", 200, 403),
        ("team_lead", 200, 200),
        ("other_worker", 200, 404),
        ("other_team_lead", 200, 404),
        ("monitor", 403, 404),
        ("administrator", 403, 404),
    ],
)
def test_who_registers_and_corrects(client, world, persona, register, correct):
    world.sign_in(client, persona)
    for address, status in ((REGISTER, register), (correct_url(world.client), correct)):
        assert client.get(address).status_code == status
        assert client.post(address, {"email": "x"}).status_code == status


@pytest.mark.parametrize("role", [Role.KWARTIERMAKER, Role.CASEMANAGER, Role.ERVARINGSDESKUNDIGE])
def test_other_professions_follow_without_being_the_fixed_person(client, team, role):
    client.force_login(UserFactory(role=role, team=team))
    client.post(REGISTER, typed(team))
    assignment = Client.objects.get().assignments.get()
    assert (assignment.role, assignment.is_primary) == (role, False)


@pytest.mark.parametrize("rows", [1, 12])
def test_register_query_budget(client, count_queries, worker, team, rows):
    ClientFactory.create_batch(rows, team=team)
    with count_queries(4):  # session with user, teams to fill in, teams to choose, teams checked
        client.get(REGISTER)

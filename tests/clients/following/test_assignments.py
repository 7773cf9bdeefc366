"""Assign, hand over and end, through the pages: team leads only."""

from datetime import date

import pytest
from django.urls import reverse

from clients.models import Assignment
from staff.models import Role
from tests.factories import AssignmentFactory, ClientFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def lead(client, team):
    lead = UserFactory(teamleider=True, team=team)
    client.force_login(lead)
    return lead


@pytest.fixture
def worker(team):
    return UserFactory(team=team)


@pytest.fixture
def person(lead, team):
    return ClientFactory(team=team)


def add_url(person) -> str:
    return reverse("clients:assignment_add", args=[person.public_id])


def url(name, assignment) -> str:
    return reverse(f"clients:assignment_{name}", args=[assignment.public_id])


def test_role_follows_from_the_person_and_the_first_is_fixed(client, person, worker):
    response = client.post(add_url(person), {"user": worker.public_id, "started_on": "2026-03-02"})
    assert response.url == reverse("trajectories:client_overview", args=[person.public_id])
    assignment = Assignment.objects.get()
    assert (assignment.user, assignment.role, assignment.is_primary) == (
        worker,
        Role.IPS_TRAJECTBEGELEIDER,
        True,
    )


def test_second_trajectbegeleider_is_not_fixed(client, person, worker, team):
    AssignmentFactory(client=person, user=worker)
    second = UserFactory(team=team)
    client.post(add_url(person), {"user": second.public_id, "started_on": "2026-03-02"})
    assert Assignment.objects.get(user=second).is_primary is False


def test_second_fixed_trajectbegeleider_is_refused_in_words(client, person, worker, team):
    AssignmentFactory(client=person, user=worker)
    sent = {"user": UserFactory(team=team).public_id, "started_on": "2026-03-02", "is_fixed": "on"}
    response = client.post(add_url(person), sent)
    assert "al een vaste trajectbegeleider" in str(response.context["form"].non_field_errors())
    assert Assignment.objects.count() == 1


def test_other_profession_can_not_be_fixed(client, person, team):
    peer = UserFactory(ervaringsdeskundige=True, team=team)
    sent = {"user": peer.public_id, "started_on": "2026-03-02", "is_fixed": "on"}
    response = client.post(add_url(person), sent)
    assert "IPS-trajectbegeleider" in str(response.context["form"].non_field_errors())


def test_same_person_twice_is_refused_in_words(client, person, worker):
    AssignmentFactory(client=person, user=worker)
    response = client.post(add_url(person), {"user": worker.public_id, "started_on": "2026-03-02"})
    assert "in die periode" in str(response.context["form"].non_field_errors())


def test_picker_holds_active_caseworkers_of_the_leads_teams(client, lead, person, worker, team):
    UserFactory(team=team, is_active=False)
    UserFactory(team=TeamFactory())
    UserFactory(monitor=True, team=team)
    assert list(client.get(add_url(person)).context["form"].fields["user"].queryset) == [worker]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"user": ""}, "user"),
        ({"user": "x"}, "user"),
        ({"started_on": ""}, "started_on"),
        ({"started_on": "0001-01-01"}, "started_on"),
        ({"started_on": "9999-12-31"}, "started_on"),
    ],
)
def test_assigning_is_refused_beside_the_field(client, person, worker, changes, field):
    sent = {"user": worker.public_id, "started_on": "2026-03-02"} | changes
    assert list(client.post(add_url(person), sent).context["form"].errors) == [field]


def test_hand_over_joins_up_without_a_gap(client, person, worker, team):
    before, successor = AssignmentFactory(client=person, user=worker), UserFactory(team=team)
    response = client.post(url("hand_over", before), {"to": successor.public_id, "on": "2026-03-09"})
    assert response.url == reverse("trajectories:client_overview", args=[person.public_id])
    before.refresh_from_db()
    after = Assignment.objects.get(user=successor)
    assert (before.ended_on, after.started_on, after.is_primary) == (date(2026, 3, 8), date(2026, 3, 9), True)


def test_hand_over_to_another_profession_takes_that_role(client, person, worker, team):
    before = AssignmentFactory(client=person, user=worker)
    peer = UserFactory(ervaringsdeskundige=True, team=team)
    AssignmentFactory(client=person, user=UserFactory(team=team), is_primary=False)  # one remains
    client.post(url("hand_over", before), {"to": peer.public_id, "on": "2026-03-02"})
    after = Assignment.objects.get(user=peer)
    assert (after.role, after.is_primary) == (Role.ERVARINGSDESKUNDIGE, False)


def test_hand_over_before_the_first_day_is_refused_beside_the_day(client, person, worker, team):
    before = AssignmentFactory(client=person, user=worker, started_on=TODAY)
    sent = {"to": UserFactory(team=team).public_id, "on": "2026-03-01"}
    response = client.post(url("hand_over", before), sent)
    assert list(response.context["form"].errors) == ["on"]
    before.refresh_from_db()
    assert before.ended_on is None


def test_hand_over_to_oneself_is_not_offered(client, person, worker):
    before = AssignmentFactory(client=person, user=worker)
    response = client.post(url("hand_over", before), {"to": worker.public_id, "on": "2026-03-09"})
    assert list(response.context["form"].errors) == ["to"]


def test_refused_hand_over_leaves_everything(client, person, worker, team):
    before, busy = AssignmentFactory(client=person, user=worker), UserFactory(team=team)
    AssignmentFactory(client=person, user=busy, is_primary=False)
    response = client.post(url("hand_over", before), {"to": busy.public_id, "on": "2026-03-09"})
    assert response.status_code == 200
    before.refresh_from_db()
    assert before.ended_on is None


def test_assignment_ends_on_its_last_day(client, person, worker):
    assignment = AssignmentFactory(client=person, user=worker)
    client.post(url("end", assignment), {"on": "2026-03-02"})
    assignment.refresh_from_db()
    assert assignment.ended_on == TODAY


def test_end_before_the_start_is_refused_beside_the_day(client, person, worker):
    assignment = AssignmentFactory(client=person, user=worker, started_on=TODAY)
    response = client.post(url("end", assignment), {"on": "2026-03-01"})
    assert list(response.context["form"].errors) == ["on"]


def test_ending_twice_is_refused_in_words(client, person, worker):
    assignment = AssignmentFactory(client=person, user=worker, ended_on=date(2026, 3, 1))
    response = client.post(url("end", assignment), {"on": "2026-03-02"})
    assert "al geëindigd" in str(response.context["form"].non_field_errors())


@pytest.mark.parametrize("name", ["add", "hand_over", "end"])
@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("anonymous", 302),
        ("owner", 403),
        ("peer_owner", 403),
        ("teammate", 403),
        ("team_lead", 200),
        ("other_worker", 404),
        ("other_team_lead", 404),
        ("monitor", 404),
        ("administrator", 404),
    ],
)
def test_only_the_team_lead_assigns(client, world, name, persona, status):
    world.sign_in(client, persona)
    assignment = world.client.assignments.first()
    address = add_url(world.client) if name == "add" else url(name, assignment)
    assert client.get(address).status_code == status
    assert client.post(address, {}).status_code == status


def test_refused_page_says_who_can(client, world):
    world.sign_in(client, "owner")
    text = client.get(add_url(world.client)).content.decode()
    assert "Alleen de teamleider bepaalt wie een cliënt begeleidt" in text


@pytest.mark.parametrize("rows", [1, 12])
def test_assign_form_query_budget(client, count_queries, person, team, rows):
    UserFactory.create_batch(rows, team=team)
    with count_queries(
        6
    ):  # session with user, client, do I lead, fixed person, people, emergency access, draft
        client.get(add_url(person))

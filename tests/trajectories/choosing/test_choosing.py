"""Choosing a client or an employer while somebody types: a few at a time, and nobody out of sight."""

import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from staff.models import AccessLine
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    EmployerFactory,
    TeamFactory,
    TrajectoryFactory,
)
from trajectories.choosing.selectors import NAMES, OPTIONS
from trajectories.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

CLIENTS = reverse("trajectories:client_options")
EMPLOYERS = reverse("trajectories:employer_names")
WRITE = reverse("trajectories:contact_write")


@pytest.fixture
def team(caseworker):
    return caseworker.memberships.get().team


def options(client, **asked) -> str:
    return client.get(CLIENTS, asked).content.decode()


def form_text(browser, **asked) -> str:
    return browser.get(WRITE, asked).content.decode()


def test_own_clients_stand_there_the_last_met_first(client, caseworker):
    ClientFactory(followed_by=caseworker, last_name="Aalders")
    met = ClientFactory(followed_by=caseworker, last_name="Zwart")
    ContactFactory(client=met, staff=caseworker, occurred_at=datetime(2026, 3, 1, tzinfo=UTC))
    shown = form_text(client)
    assert -1 < shown.index("ZWART") < shown.index("AALDERS")


def test_others_of_the_team_come_by_typing_only(client, team):
    other = ClientFactory(team=team, last_name="Zwart")
    assert "ZWART" not in form_text(client)
    assert str(other.public_id) in options(client, client_text="zwar")


def test_list_stays_short_however_large_the_team(client, team, caseworker):
    for number in range(OPTIONS + 5):
        ClientFactory(team=team, followed_by=caseworker, last_name=f"Jansen{number}")
    assert form_text(client).count("JANSEN") == OPTIONS
    assert options(client, client_text="jansen").count("JANSEN") == OPTIONS


def test_closed_clients_and_those_of_others_are_not_offered(client, team):
    TrajectoryFactory(in_team=team, ended=True, client__last_name="Zwart")
    ClientFactory(team=TeamFactory(), last_name="Zwartjes")
    assert "ZWART" not in options(client, client_text="zwart")


def test_chosen_client_is_named_when_one_may_see_that_client(client, team):
    closed = TrajectoryFactory(in_team=team, ended=True, client__last_name="Zwart").client
    hidden = ClientFactory(team=TeamFactory(), last_name="Witte")
    assert "ZWART" in options(client, chosen=closed.public_id)
    assert "WITTE" not in options(client, chosen=hidden.public_id)
    assert "ZWART" in form_text(client, client=closed.public_id)


def typed(**changes) -> dict:
    return {
        "form_number": uuid.uuid4(), "client": "", "kind": "werk", "location": "thuis", "note": "Gesproken.",
        "occurred_at": "2026-03-02T08:30", "minutes": "30", "face_to_face": "yes", **changes,
    }  # fmt: skip


def test_key_alone_decides_when_the_form_is_sent(client, team):
    """Somebody whom the page did not show, found by typing; and a closed one, from an older link."""
    other = ClientFactory(team=team)
    closed = TrajectoryFactory(in_team=team, ended=True).client
    hidden = ClientFactory(team=TeamFactory())
    for person, status in ((other, 302), (closed, 302), (hidden, 200)):
        assert client.post(WRITE, typed(client=person.public_id)).status_code == status
    assert set(Contact.objects.values_list("client", flat=True)) == {other.pk, closed.pk}


def test_without_scripts_the_form_comes_back_with_the_list(client, team, caseworker):
    sought = ClientFactory(team=team, last_name="Zwart")
    own = ClientFactory(followed_by=caseworker, last_name="Aalders")
    answer = client.post(WRITE, typed(client_text="zwart"))
    assert "Kies in de lijst wie je bedoelt." in answer.content.decode()
    assert str(sought.public_id) in answer.content.decode()
    # Somebody else was still chosen above: the name that was typed is not passed over.
    assert client.post(WRITE, typed(client_text="zwart", client=own.public_id)).status_code == 200
    assert client.post(WRITE, typed(client_text="zwart", client=sought.public_id)).status_code == 302
    assert Contact.objects.get().client == sought


def test_list_that_names_clients_leaves_them_in_the_log(client, team):
    sought = ClientFactory(team=team, last_name="Zwart")
    options(client, client_text="zwart")
    assert AccessLine.objects.get(code="trajectories:client_options").listed == [sought.public_id]


@pytest.mark.usefixtures("caseworker")
@pytest.mark.parametrize("text", ["z", "x" * 200, "%", "'", "%%__", "(((", "\\\\"])
def test_what_can_not_be_looked_for_is_nothing_typed(client, text):
    assert client.get(CLIENTS, {"client_text": text}).status_code == 200
    assert client.get(EMPLOYERS, {"employer_name": text}).status_code == 200
    assert client.post(WRITE, typed(client_text=text)).status_code == 200


def test_employers_spoken_with_last_come_first_and_others_by_typing(client, caseworker):
    for day, name in enumerate(("Bakkerij Een", "Bakkerij Twee"), start=1):
        ContactFactory(
            client=None, staff=caseworker, employer=EmployerFactory(name=name), kind="werkgever",
            occurred_at=datetime(2026, 2, day, tzinfo=UTC),
        )  # fmt: skip
    EmployerFactory(name="Bakkerij Gedeeld", is_shared=True)
    EmployerFactory(name="Bakkerij Geheim")
    first = client.get(EMPLOYERS).content.decode()
    assert first.index("Twee") < first.index("Een")
    assert "Gedeeld" not in first
    found = client.get(EMPLOYERS, {"employer_name": "bakkerij"}).content.decode()
    assert "Gedeeld" in found
    assert "Geheim" not in found


@pytest.mark.usefixtures("caseworker")
def test_employers_are_ten_at_most(client):
    for number in range(NAMES + 5):
        EmployerFactory(name=f"Bakkerij {number}", is_shared=True)
    assert client.get(EMPLOYERS, {"employer_name": "bakkerij"}).content.decode().count("<option") == NAMES


def test_no_form_holds_a_list_that_grows(client, team, caseworker, world):
    """Neither clients nor employers, on any page with a form about them."""
    person = ClientFactory(followed_by=caseworker)
    trajectory = TrajectoryFactory(client=person)
    pages = [
        WRITE,
        reverse("trajectories:job_register", args=[trajectory.public_id]),
        reverse("trajectories:disclosure_choose", args=[person.public_id]),
    ]
    before = [len(client.get(page).content) for page in pages]
    for number in range(40):
        ClientFactory(team=team)
        EmployerFactory(name=f"Bakkerij {number}", is_shared=True)
    after = [len(client.get(page).content) for page in pages]
    assert all(abs(now - then) < 200 for now, then in zip(after, before, strict=True)), (before, after)


def test_caseload_of_another_day_is_not_offered(client, caseworker):
    AssignmentFactory(user=caseworker, client__last_name="Zwart", ended_on=datetime(2026, 2, 1).date())  # noqa: DTZ001
    assert "ZWART" not in form_text(client)

"""Do you mean …? Making a new employer is a choice of its own, with and without a script."""

import uuid

import pytest
from django.urls import reverse

from tests.factories import EmployerFactory, EmployerPersonFactory, JobFactory
from trajectories.models import Contact, DisclosureChoice, Employer, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

WRITE = reverse("trajectories:contact_write")
NAMES = reverse("trajectories:employer_names")


@pytest.fixture
def kade(caseworker) -> Employer:
    return EmployerFactory(name="Hotel De Kade", municipality="Assen", is_shared=True)


def typed(name: str, **changes) -> dict:
    return {
        "form_number": uuid.uuid4(), "client": "", "kind": "werkgever", "location": "werkplek",
        "occurred_at": "2026-03-02T08:30", "minutes": "30", "face_to_face": "yes", "note": "Kennisgemaakt.",
        "employer_name": name, **changes,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Hotel de Kadde", "De Kade", "kade", "Hotel Kade Assen"])
def test_a_name_that_looks_like_one_that_is_known_is_asked_about(client, kade, name):
    form = client.post(WRITE, typed(name)).context["form"]
    assert form.errors["which_employer"] == ["Bedoel je Hotel De Kade, Assen?"]
    assert [str(label) for _value, label in form.fields["which_employer"].widget.choices] == [
        "Hotel De Kade, Assen", f"Nee, {name} is een nieuwe werkgever",
    ]  # fmt: skip
    assert not Contact.objects.exists()


def test_the_one_that_is_meant_is_taken(client, kade):
    client.post(WRITE, typed("Hotel de Kadde", which_employer=kade.public_id))
    assert Contact.objects.get().employer == kade
    assert Employer.objects.count() == 1


def test_a_new_one_is_a_choice(client, kade):
    client.post(WRITE, typed("Hotel de Kadde", which_employer="new"))
    assert Contact.objects.get().employer.name == "Hotel de Kadde"


@pytest.mark.parametrize("name", ["hotel de KADE", "Hotel De Kade, Assen", "Timmerbedrijf Van Dam"])
def test_what_is_clear_is_not_asked(client, kade, name):
    assert client.post(WRITE, typed(name)).status_code == 302
    assert Contact.objects.get().employer.name.casefold() in name.casefold()


def test_of_two_with_one_name_the_place_decides(client, kade):
    other = EmployerFactory(name="Hotel De Kade", municipality="Emmen", is_shared=True)
    form = client.post(WRITE, typed("Hotel De Kade")).context["form"]
    choices = form.fields["which_employer"].widget.choices
    assert [value for value, _label in choices] == [str(kade.public_id), str(other.public_id)]
    client.post(WRITE, typed("Hotel De Kade, Emmen"))
    assert Contact.objects.get().employer == other


def test_an_answer_about_another_employer_is_no_answer(client, kade):
    stranger = EmployerFactory(name="Timmerbedrijf Van Dam", is_shared=True)
    form = client.post(WRITE, typed("Hotel de Kadde", which_employer=stranger.public_id)).context["form"]
    assert "which_employer" in form.errors


@pytest.mark.shows(25)
def test_an_employer_that_one_may_not_know_is_never_meant(client, caseworker):
    JobFactory(employer=EmployerFactory(name="Hotel De Kade"))
    assert client.post(WRITE, typed("Hotel de Kadde")).status_code == 302


def test_a_hidden_employer_field_asks_nothing(client, kade, trajectory):
    client.post(WRITE, typed("Hotel de Kadde", kind="werk", client=trajectory.client.public_id))
    assert Contact.objects.get().employer is None


def test_a_job_and_a_choice_about_an_employer_ask_the_same(client, kade, trajectory):
    job = reverse("trajectories:job_register", args=[trajectory.public_id])
    facts = {
        "employer_name": "Hotel de Kadde", "started_on": "02-03-2026", "open_to_anyone": "yes",
        "regular_wage": "yes", "regular_employer": "yes",
    }  # fmt: skip
    assert "which_employer" in client.post(job, facts).context["form"].errors
    client.post(job, facts | {"which_employer": kade.public_id})
    assert Job.objects.get().employer == kade
    choose = reverse("trajectories:disclosure_choose", args=[trajectory.client.public_id])
    facts = {"employer_name": "Hotel de Kadde", "may_know": "yes", "given_on": "02-03-2026"}
    assert "which_employer" in client.post(choose, facts).context["form"].errors
    client.post(choose, facts | {"which_employer": kade.public_id})
    assert DisclosureChoice.objects.get().employer == kade


def test_names_come_with_their_place_and_people_when_one_is_named(client, kade):
    EmployerPersonFactory(employer=kade, name="Mieke van der Velde")
    while_typing = client.get(NAMES, {"employer_name": "hotel", "with_people": "1"}).content.decode()
    assert "Hotel De Kade, Assen" in while_typing
    assert "Mieke" not in while_typing
    named = {"employer_name": "Hotel De Kade, Assen"}
    assert "Mieke" in client.get(NAMES, named | {"with_people": "1"}).content.decode()
    assert "employer-people" not in client.get(NAMES, named).content.decode()


def test_people_of_an_employer_that_one_may_not_know_are_not_named(client, caseworker):
    EmployerPersonFactory(employer=EmployerFactory(name="Hotel De Kade"), name="Mieke")
    asked = {"employer_name": "Hotel De Kade", "with_people": "1"}
    assert "Mieke" not in client.get(NAMES, asked).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_names_and_people_have_a_budget(client, count_queries, kade, rows):
    for number in range(rows):
        EmployerFactory(name=f"Hotel {number}", is_shared=True)
        EmployerPersonFactory(employer=kade)
    with count_queries(8):  # session, clients, recent, transaction of the search (four), people
        client.get(NAMES, {"employer_name": "Hotel De Kade", "with_people": "1"})


def test_a_new_employer_that_looks_like_one_is_asked_about_once(client, kade):
    add = reverse("trajectories:employer_add")
    form = client.post(add, {"name": "Hotel de Kadde"}).context["form"]
    assert form.errors["is_sure"] == ["Hotel De Kade, Assen is er al. Is dit een andere werkgever?"]
    assert client.post(add, {"name": "Hotel de Kadde", "is_sure": "on"}).status_code == 302
    assert "Hotel De Kade, Assen" in client.get(NAMES, {"name": "hotel"}).content.decode()


def test_a_branch_in_another_place_is_asked_about_and_a_name_like_no_other_is_not(client, kade):
    add = reverse("trajectories:employer_add")
    branch = {"name": "Hotel De Kade", "municipality": "Emmen"}
    assert "is_sure" in client.post(add, branch).context["form"].errors
    assert client.post(add, {"name": "Timmerbedrijf Van Dam"}).status_code == 302

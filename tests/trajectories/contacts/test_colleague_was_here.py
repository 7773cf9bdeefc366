"""Joris was hier maandag: whoever writes a contact with an employer hears once of a colleague's visit."""

import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories import ClientFactory, ContactFactory, EmployerFactory, UserFactory
from trajectories.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

WRITE = reverse("trajectories:contact_write")
QUESTION = "Joris de Wit was op woensdag 25 februari bij Hotel De Kade. Weten jullie het van elkaar?"


@pytest.fixture
def joris():
    return UserFactory(first_name="Joris", name_prefix="de", last_name="Wit")


@pytest.fixture
def employer(caseworker):
    return EmployerFactory(name="Hotel De Kade", is_shared=True)


def visited(employer, staff, day=25, month=2, **facts) -> Contact:
    at = datetime(2026, month, day, 8, 0, tzinfo=UTC)
    return ContactFactory(
        employer_visit=True, employer=employer, staff=staff, occurred_at=at, **{"client": None} | facts
    )


def typed(**changes) -> dict:
    return {
        "form_number": uuid.uuid4(), "client": "", "kind": "werkgever", "location": "werkplek",
        "occurred_at": "2026-03-02T08:30", "minutes": "30", "face_to_face": "yes", "note": "Kennisgemaakt.",
        "employer_name": "Hotel De Kade", **changes,
    }  # fmt: skip


def asked(answer) -> list[str]:
    return answer.context["form"].errors.get("is_sure", []) if answer.status_code == 200 else []


def test_it_is_said_once_and_then_saved(client, employer, joris):
    visited(employer, joris)
    assert asked(client.post(WRITE, typed())) == [QUESTION]
    assert Contact.objects.count() == 1
    assert client.post(WRITE, typed(is_sure="on")).status_code == 302
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("visit", "is_told"),
    [
        ({"day": 23}, True),
        ({"day": 22}, False),  # eight days before
        ({"month": 3, "day": 2}, True),
        ({"face_to_face": False}, False),
        ({"face_to_face": None}, False),
    ],
)
def test_a_visit_within_seven_days_counts(client, employer, joris, visit, is_told):
    visited(employer, joris, **visit)
    assert bool(asked(client.post(WRITE, typed()))) == is_told


def test_of_a_visit_about_another_client_only_who_and_when_is_told(client, employer, joris):
    hidden = ClientFactory(last_name="Zwart")
    visited(employer, joris, client=hidden, note="Zwart past hier.")
    answer = client.post(WRITE, typed())
    assert asked(answer) == [QUESTION]
    assert "zwart" not in answer.content.decode().casefold()


def test_of_an_employer_that_was_not_shared_a_hidden_visit_is_not_told(client, caseworker, joris):
    employer = EmployerFactory(name="Hotel De Kade")
    visited(employer, caseworker, day=1)
    visited(employer, joris, client=ClientFactory())
    assert client.post(WRITE, typed()).status_code == 302


def test_an_own_visit_and_another_employer_are_no_reason(client, caseworker, employer, joris):
    visited(employer, caseworker)
    visited(EmployerFactory(is_shared=True), joris)
    assert client.post(WRITE, typed()).status_code == 302


def test_a_correction_of_the_words_asks_nothing(client, caseworker, employer, joris):
    visited(employer, joris)
    own = visited(employer, caseworker, location="werkplek", note="Kort.", hiring_manager=False)
    correct = reverse("trajectories:contact_correct", args=[own.public_id])
    at = client.get(correct).context["form"]["occurred_at"].value()
    changes = {"occurred_at": f"{at:%d-%m-%Y %H:%M}", "note": "Langer."}
    assert client.post(correct, typed(**changes)).status_code == 302
    own.refresh_from_db()
    assert own.note == "Langer."


def test_a_contact_of_another_kind_asks_nothing(client, employer, joris, trajectory):
    visited(employer, joris)
    assert client.post(WRITE, typed(kind="werk", client=trajectory.client.public_id)).status_code == 302


def test_agreed_is_for_contacts_about_nobody_in_particular(client, employer, trajectory):
    about = {"client": trajectory.client.public_id, "client_is_named": "no"}
    form = client.post(WRITE, typed(agreed="Belt terug.", **about)).context["form"]
    assert "agreed" in form.errors
    assert client.post(WRITE, typed(agreed="Belt terug.")).status_code == 302
    assert Contact.objects.get().agreed == "Belt terug."


def test_what_is_of_employers_goes_with_another_kind(client, employer, trajectory):
    client.post(
        WRITE,
        typed(
            kind="werk", client=trajectory.client.public_id, purpose="behoefte", agreed="x", person_name="y"
        ),
    )
    contact = Contact.objects.get()
    assert (contact.purpose, contact.agreed, contact.person) == ("", "", None)

"""How far contacts with an employer have come follows from the contacts; who of us was there is told."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from tests.factories import (
    ClientFactory,
    ContactFactory,
    EmployerFactory,
    EmployerPersonFactory,
    UserFactory,
)
from trajectories.contacts.services import correct_contact, write_contact
from trajectories.employers.selectors import rungs_of
from trajectories.models import Contact, Purpose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

WEEK_AGO = datetime(2026, 2, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def employer():
    return EmployerFactory(is_shared=True)


def visit(employer, **facts) -> Contact:
    return ContactFactory(
        employer_visit=True, employer=employer, **{"client": None, "occurred_at": WEEK_AGO} | facts
    )


def reached(employer, user) -> list[str]:
    return [str(rung.purpose) for rung in rungs_of(employer=employer, user=user) if rung.is_reached]


def page_of(client, employer):
    return client.get(reverse("trajectories:employer_detail", args=[employer.public_id]))


def test_what_comes_before_a_rung_is_reached_with_it(employer, caseworker):
    assert reached(employer, caseworker) == []
    visit(employer, purpose=Purpose.VOORSTELLEN, staff=caseworker)
    assert reached(employer, caseworker) == ["kennismaken", "behoefte", "voorstellen"]
    assert [rung.last_on for rung in rungs_of(employer=employer, user=caseworker)] == [
        None, None, date(2026, 2, 23), None,
    ]  # fmt: skip


def test_taking_a_contact_back_takes_the_rung_back(employer, caseworker):
    contact = visit(employer, purpose=Purpose.BEHOEFTE, staff=caseworker)
    contact.delete()
    assert reached(employer, caseworker) == []


def test_a_rung_that_tells_of_a_client_is_for_who_may_know(employer, caseworker):
    """Follow-up means that somebody works there: not for who may not know of whom."""
    visit(employer, purpose=Purpose.KENNISMAKEN, staff=UserFactory())
    hidden = visit(employer, purpose=Purpose.NAZORG, client=ClientFactory())
    assert reached(employer, caseworker) == ["kennismaken"]
    assert reached(employer, UserFactory(team=hidden.client.team)) == list(Purpose)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"kind": "werk", "purpose": "behoefte"}, "contact_purpose"),
        ({"purpose": "nonsense"}, "contact_purpose"),
        ({"kind": "overleg", "person": True}, "contact_person"),
        ({"client": True, "agreed": "Belt terug."}, "contact_agreed"),
    ],
)
def test_the_database_refuses(employer, facts, constraint):
    made = {"person": EmployerPersonFactory, "client": ClientFactory}
    facts = {name: made[name]() if value is True else value for name, value in facts.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        visit(employer, **facts)


def test_colleagues_read_what_was_agreed_and_not_the_note(client, caseworker, employer):
    colleague = UserFactory(first_name="Joris", last_name="Smit")
    visit(
        employer, staff=colleague, agreed="Belt in mei terug.", note="Zei iets over Anna.", purpose="behoefte"
    )
    shown = page_of(client, employer).content.decode()
    assert "Belt in mei terug." in shown
    assert "Joris" in shown
    assert "Zei iets over Anna" not in shown


def test_of_a_visit_about_somebody_else_only_who_and_when_is_told(client, caseworker, employer):
    colleague = UserFactory(first_name="Joris", last_name="Smit")
    visit(employer, staff=colleague, client=ClientFactory(last_name="Zwart"), note="Zwart past hier.")
    page = page_of(client, employer)
    (visitor,) = page.context["visitors"]
    assert (visitor.staff, visitor.last_on, visitor.times) == (colleague, date(2026, 2, 23), 1)
    assert "zwart" not in page.content.decode().casefold()
    assert page.context["contact_count"] == 0


def test_of_an_employer_that_was_not_shared_others_tell_nothing(client, caseworker):
    employer = EmployerFactory()
    visit(employer, staff=caseworker)
    visit(employer, staff=UserFactory(), agreed="Belt terug.")
    page = page_of(client, employer)
    assert [one.staff for one in page.context["visitors"]] == [caseworker]
    assert "Belt terug." not in page.content.decode()


def written(by, employer, **facts) -> Contact:
    return write_contact(
        public_id="6f1b1d5e-7c3c-4ec7-9d83-0c8f3f0f6a11", client=None, kind="werkgever", occurred_at=WEEK_AGO,
        employer_name=employer.label, by=by, **facts,
    )  # fmt: skip


@pytest.mark.parametrize(("decides", "counted"), [(True, True), (False, None), (None, None)])
def test_who_decides_on_hiring_is_known_of_the_person(caseworker, employer, decides, counted):
    person = EmployerPersonFactory(employer=employer, decides_on_hiring=decides)
    contact = written(caseworker, employer, person_name=person.name.upper())
    assert (contact.person, contact.hiring_manager) == (person, counted)


def test_somebody_of_another_employer_is_refused_by_name(caseworker, employer):
    person = EmployerPersonFactory()
    with pytest.raises(RuleError) as refusal:
        written(caseworker, employer, person_name=person.name)
    assert refusal.value.field == "person_name"
    assert not Contact.objects.exists()


def test_a_correction_keeps_the_employer_that_it_names(caseworker):
    """Two of one name: the form shows the place, and what nobody changed stays."""
    EmployerFactory(name="Hotel De Kade", municipality="Assen", is_shared=True)
    second = EmployerFactory(name="Hotel De Kade", municipality="Emmen", is_shared=True)
    contact = written(caseworker, second)
    assert contact.employer == second
    again = correct_contact(contact=contact, by=caseworker, employer_name="Hotel De Kade", note="Gebeld.")
    assert again.employer == second

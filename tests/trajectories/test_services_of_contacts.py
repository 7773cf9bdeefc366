"""What the services of contacts and employers refuse."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ipsplatform.common.errors import RuleError
from tests.factories import (
    ClientFactory,
    ContactFactory,
    EmployerFactory,
    JobFactory,
    TeamFactory,
    UserFactory,
)
from tests.trajectories.refusals import refused_on
from trajectories.contacts import services as contacts_services
from trajectories.employers import services as employers_services
from trajectories.models import Contact, Employer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def contact(**facts) -> dict:
    return {
        "public_id": uuid.uuid4(),
        "client": ClientFactory(),
        "kind": "werk",
        "occurred_at": datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        **facts,
    }


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"occurred_at": datetime(2026, 3, 2, 8, 6, tzinfo=UTC)}, "occurred_at"),
        ({"kind": "werkgever"}, "employer_name"),
        ({"kind": "werk", "client": None}, "client"),
        ({"kind": "steun", "client": None}, "client"),
    ],
)
def test_write_contact_refuses(by, facts, field):
    assert refused_on(contacts_services.write_contact, by=by, **contact(**facts)) == field
    assert not Contact.objects.exists()


def test_clock_that_runs_a_little_ahead_is_forgiven(by):
    assert contacts_services.write_contact(
        by=by, **contact(occurred_at=timezone.now() + timedelta(minutes=5))
    )


@pytest.mark.parametrize("kind", ["groep", "overleg"])
def test_group_and_consultation_may_name_nobody(by, kind):
    assert contacts_services.write_contact(by=by, **contact(kind=kind, client=None)).client is None


@pytest.mark.parametrize("facts", [{"kind": "koffie"}, {"minutes": 1441}, {"location": "maan"}])
def test_write_contact_refuses_unknown_values(by, facts):
    with pytest.raises(ValidationError):
        contacts_services.write_contact(by=by, **contact(**facts))


def test_number_of_somebody_elses_contact_is_refused(by):
    theirs = ContactFactory()
    with pytest.raises(RuleError, match="formulier"):
        contacts_services.write_contact(by=by, **contact(public_id=theirs.public_id))
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"occurred_at": datetime(2026, 3, 3, tzinfo=UTC)}, "occurred_at"),
        ({"kind": "werkgever"}, "employer_name"),
        ({"client": None}, "client"),
    ],
)
def test_correct_contact_refuses(by, facts, field):
    assert refused_on(contacts_services.correct_contact, contact=ContactFactory(), by=by, **facts) == field


def test_employer_needs_a_name(by):
    assert refused_on(employers_services.find_or_create_employer, name=" \t ", by=by) == "employer_name"


def test_employer_name_has_its_limit(by):
    with pytest.raises(ValidationError):
        employers_services.find_or_create_employer(name="x" * 161, by=by)


def test_employer_is_found_whatever_capitals_and_spaces(by):
    known = EmployerFactory(name="Hotel De Kade", is_shared=True)
    assert employers_services.find_or_create_employer(name=" hotel   DE kade ", by=by) == known
    assert Employer.objects.count() == 1


@pytest.mark.shows(25)
@pytest.mark.parametrize("facts", [{}, {"municipality": "Assen"}])
@pytest.mark.parametrize("typed", ["hotel   DE kade", "Hotel De Kade"])
def test_naming_an_employer_tells_nothing_of_who_else_knows_it(typed, facts):
    """What one reads back is what one typed, with no place, as for an employer that nobody knew."""
    hidden = JobFactory(employer=EmployerFactory(name="Hotel De Kade", **facts)).employer
    by = UserFactory(team=TeamFactory())
    for _time in range(2):
        named = employers_services.find_or_create_employer(name=typed, by=by)
        ContactFactory(employer_visit=True, employer=named, client=None, staff=by)
        assert (named.name, named.municipality) == (" ".join(typed.split()), "")
    assert list(Employer.objects.visible_to(by)) == [named]
    administrator = UserFactory(beheerder=True)
    assert employers_services.find_or_create_employer(name="HOTEL DE KADE", by=administrator).pk in (
        hidden.pk, named.pk,
    )  # fmt: skip
    hidden.refresh_from_db()
    assert hidden.name == "Hotel De Kade"

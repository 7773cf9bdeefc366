"""Consent and ground: per recipient, purpose and kind of data; withdrawn means from that moment."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from clients.models import Consent, ConsentText, KindOfData
from clients.sharing import services
from ipsplatform.common.classification import DataClass
from ipsplatform.common.errors import RuleError
from staff.models import AccessLine, AuditEvent
from tests.factories import ConsentFactory, ConsentTextFactory, SharingGroundFactory, UserFactory
from tests.harness import StrictClient
from trajectories.disclosure.selectors import grounds_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday"), pytest.mark.shows(10)]

TODAY = date(2026, 3, 2)


def given(**changes) -> dict:
    """What the form hands to the service."""
    return {
        "recipient": "uwv",
        "purpose": "werk",
        "kinds_of_data": ["work"],
        "obtained": "mondeling",
        "started_on": TODAY,
        **changes,
    }


@pytest.fixture
def person(world):
    ConsentTextFactory()
    return world.client


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 3, 1), False),
        (TODAY, True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_consent_holds_from_its_first_day_until_its_last(person, world, day, holds):
    services.give_consent(client=person, **given(ended_on=date(2026, 6, 30)), by=world.people["owner"])
    assert person.consents.valid_on(day).exists() is holds


def test_consent_keeps_the_text_of_that_day(person, world):
    ConsentTextFactory(version="2026-2", valid_from=TODAY + timedelta(days=1))
    (consent,) = services.give_consent(client=person, **given(), by=world.people["owner"])
    assert (consent.text.version, consent.recorded_by) == ("2026-1", world.people["owner"])
    assert AuditEvent.objects.get(action="consent_given").target_id == consent.public_id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_on": TODAY + timedelta(days=1)}, "started_on"),
        ({"ended_on": TODAY - timedelta(days=1)}, "ended_on"),
        ({"started_on": date(2025, 12, 31)}, "started_on"),
    ],
)
def test_refused_consent(person, world, changes, field):
    with pytest.raises(RuleError) as refusal:
        services.give_consent(client=person, **given(**changes), by=world.people["owner"])
    assert refusal.value.field == field
    assert not Consent.objects.exists()


def test_the_same_consent_twice_is_refused_until_it_is_withdrawn(person, world):
    owner = world.people["owner"]
    (first,) = services.give_consent(client=person, **given(), by=owner)
    with pytest.raises(ValidationError, match="al vastgelegd"):
        services.give_consent(client=person, **given(), by=owner)
    services.withdraw_consent(consent=first, by=owner)
    (second,) = services.give_consent(client=person, **given(), by=owner)
    assert list(person.consents.valid_on(TODAY)) == [second]


def broken_rows() -> dict[str, dict]:
    return {
        "consent_codes_known": {"purpose": "reclame"},
        "consent_ends_after_start": {"ended_on": date(2026, 1, 4)},
        "consent_no_care_to_employer": {"recipient": "werkgever", "kind_of_data": "health"},
        "consent_names_who": {"recipient": "anders"},
        "consent_obtained_known": {"obtained": "stilzwijgend"},
        "consent_withdrawn_after_given": {
            "withdrawn_at": "2020-01-01T00:00:00Z",
            "withdrawn_by": UserFactory(),
        },
    }


@pytest.mark.parametrize(
    "constraint",
    [
        "consent_codes_known",
        "consent_ends_after_start",
        "consent_no_care_to_employer",
        "consent_names_who",
        "consent_obtained_known",
        "consent_withdrawn_after_given",
    ],
)
def test_database_refuses(constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ConsentFactory(**broken_rows()[constraint])


def test_database_refuses_the_same_consent_twice():
    first = ConsentFactory()
    with pytest.raises(IntegrityError, match="consents_do_not_overlap"), transaction.atomic():
        ConsentFactory(client=first.client, started_on=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"basis": "toestemming"}, "sharingground_without_consent"),
        ({"recipient": "werkgever", "kind_of_data": "health"}, "sharingground_no_care_to_employer"),
    ],
)
def test_database_refuses_a_ground(changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SharingGroundFactory(**changes)


def test_ground_stands_without_consent_and_outlives_a_withdrawal(person, world):
    owner = world.people["owner"]
    about = {"recipient": "uwv", "purpose": "werk", "kind_of_data": "work"}
    ground = services.record_ground(
        client=person, **about, basis="wettelijke_plicht", source="Wet SUWI, artikel 54", started_on=TODAY,
        by=owner,
    )  # fmt: skip
    (consent,) = services.give_consent(client=person, **given(), by=owner)
    services.withdraw_consent(consent=consent, by=owner)
    assert list(grounds_of(person)) == [ground]
    services.end_ground(ground=ground, by=owner)
    days = (TODAY, TODAY + timedelta(days=1))
    assert [person.sharinggrounds.running_on(day).exists() for day in days] == [True, False]


def test_withdrawal_works_on_the_very_next_request(person, world):
    """Two people at work: one takes it back, the other's next page says so."""
    (consent,) = services.give_consent(client=person, **given(), by=world.people["owner"])
    page = reverse("trajectories:client_sharing", args=[person.public_id])
    one, other = StrictClient(), StrictClient()
    world.sign_in(one, "owner")
    world.sign_in(other, "peer_owner")
    assert [line.who for line in other.get(page).context["shared"].consents] == ["UWV"]
    assert one.post(reverse("clients:consent_withdraw", args=[consent.public_id])).url == page
    assert other.get(page).context["shared"].consents == []
    assert not person.consents.valid_on(TODAY).exists()


def test_withdrawn_once_however_often_it_is_pressed(person, world):
    (consent,) = services.give_consent(client=person, **given(), by=world.people["owner"])
    for _ in range(2):
        services.withdraw_consent(consent=consent, by=world.people["owner"])
    assert AuditEvent.objects.filter(action="consent_withdrawn").count() == 1
    assert consent.history.get().withdrawn_at is None  # what stood there is kept


def test_day_before_a_withdrawal_it_held(person, world, time_machine):
    (consent,) = services.give_consent(client=person, **given(), by=world.people["owner"])
    time_machine.move_to("2026-03-05T09:00:00+01:00", tick=False)
    services.withdraw_consent(consent=consent, by=world.people["owner"])
    held = [person.consents.valid_on(date(2026, 3, day)).exists() for day in (4, 5, 6)]
    assert held == [True, False, False]


def test_every_class_of_field_is_shared_on_purpose_or_never():
    classes = set(DataClass) - {DataClass(kind.value) for kind in KindOfData}
    assert classes == {DataClass.FREE_TEXT, DataClass.TECHNICAL}


def test_form_gives_one_consent_for_each_kind(person, world, client):
    world.sign_in(client, "owner")
    url = reverse("clients:consent_give", args=[person.public_id])
    page = client.get(url)
    assert ConsentText.objects.in_use_on(TODAY).body.split("\n")[0] in page.content.decode()
    sent = given(kinds_of_data=["work", "contact"], started_on="2026-03-02")
    assert client.post(url, sent).status_code == 302
    assert set(person.consents.values_list("kind_of_data", flat=True)) == {"work", "contact"}
    line = AccessLine.objects.order_by("-pk").first()
    assert (line.client_id, line.part, line.action) == (person.public_id, "sharing", "C")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": "anders"}, "recipient_name"),
        ({"kinds_of_data": []}, "kinds_of_data"),
        ({"recipient": "werkgever", "kinds_of_data": ["health"]}, "__all__"),
        ({"started_on": "2026-03-03"}, "started_on"),
    ],
)
def test_refusal_stands_on_the_form(person, world, client, changes, field):
    world.sign_in(client, "owner")
    url = reverse("clients:consent_give", args=[person.public_id])
    response = client.post(url, given(started_on="2026-03-02") | changes)
    assert list(response.context["form"].errors) == [field]
    assert not person.consents.exists()


def test_ground_is_recorded_and_ended_on_pages(person, world, client):
    world.sign_in(client, "team_lead")
    url = reverse("clients:ground_record", args=[person.public_id])
    sent = {
        "recipient": "gemeente", "purpose": "financiering", "kind_of_data": "identity",
        "basis": "publieke_taak", "source": "Wmo 2015", "started_on": "2026-03-02",
    }  # fmt: skip
    assert client.post(url, sent).status_code == 302
    ground = person.sharinggrounds.get()
    client.post(reverse("clients:ground_end", args=[ground.public_id]))
    ground.refresh_from_db()
    assert ground.ended_on == TODAY


def test_administrator_adds_a_text_and_changes_none(world, client):
    world.sign_in(client, "administrator")
    sent = {"version": "2027-1", "body": "Ik zeg ja.", "source": "Eigen tekst", "valid_from": "2027-01-01"}
    assert client.post(reverse("admin:clients_consenttext_add"), sent).status_code == 302
    text = ConsentText.objects.get(version="2027-1")
    url = reverse("admin:clients_consenttext_change", args=[text.pk])
    assert client.post(url, sent | {"body": "Iets anders"}).status_code == 403

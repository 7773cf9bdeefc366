"""Write and correct a contact through the page."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staff.models import AuditEvent
from tests.factories import ClientFactory, ContactFactory, UserFactory
from trajectories.contacts.pages import LOOKS
from trajectories.models import Contact, ContactKind, Employer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

WRITE = "/contacts/write/"


@pytest.fixture
def person(caseworker):
    return ClientFactory(followed_by=caseworker)


def typed(person=None, **changes) -> dict:
    """What somebody sends who changes nothing but the note."""
    return {
        "form_number": uuid.uuid4(),
        "client": person.public_id if person else "",
        "kind": "werk",
        "location": "thuis",
        "occurred_at": "2026-03-02T08:30",
        "minutes": "30",
        "face_to_face": "yes",
        "note": "Samen vacatures bekeken.",
        **changes,
    }


def test_link_with_a_client_opens_a_form_that_is_nearly_done(client, person):
    form = client.get(WRITE, {"client": person.public_id}).context["form"]
    assert form["client"].value() == person.public_id
    assert (form["kind"].value(), form["minutes"].value(), form["face_to_face"].value()) == (
        "werk",
        "30",
        "yes",
    )
    assert form["occurred_at"].value().isoformat() == "2026-03-02T09:00:00"
    assert 'value="02-03-2026 09:00"' in str(form["occurred_at"])


def test_every_kind_of_contact_has_its_own_icon():
    assert set(LOOKS) == set(ContactKind)
    assert len({look.icon for look in LOOKS.values()}) == len(ContactKind)


def test_each_profession_has_its_usual_subject(client):
    client.force_login(UserFactory(ervaringsdeskundige=True))
    assert client.get(WRITE).context["form"]["kind"].value() == "steun"


def test_contact_is_written_by_me(client, caseworker, person):
    response = client.post(WRITE, typed(person))
    assert response.url == reverse("trajectories:client_contacts", args=[person.public_id])
    contact = Contact.objects.get()
    assert (contact.staff, contact.client, contact.minutes, contact.face_to_face) == (
        caseworker,
        person,
        30,
        True,
    )
    assert contact.occurred_at == datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def test_save_and_next_opens_an_empty_form(client, person):
    assert client.post(WRITE, typed(person, and_next="1")).url == WRITE


def test_sending_twice_writes_once(client, person):
    form = typed(person)
    assert [client.post(WRITE, form).status_code for _ in range(2)] == [302, 302]
    assert Contact.objects.count() == 1


def test_number_of_somebody_elses_contact_is_refused(client, person):
    theirs = ContactFactory()
    response = client.post(WRITE, typed(person, form_number=theirs.public_id))
    assert response.status_code == 200
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occurred_at": "2026-03-02T09:30"}, "occurred_at"),
        ({"kind": "werkgever", "employer_name": "  ", "client_is_named": "no"}, "employer_name"),
        ({"kind": "werkgever", "employer_name": "De Kade"}, "client_is_named"),
        ({"client": ""}, "client"),
        ({"kind": "steun", "client": ""}, "client"),
        ({"kind": "onzin"}, "kind"),
        ({"location": ""}, "location"),
        ({"minutes": "other", "minutes_other": ""}, "minutes_other"),
        ({"minutes": "other", "minutes_other": "1441"}, "minutes_other"),
        ({"minutes": "other", "minutes_other": "0"}, "minutes_other"),
        ({"occurred_at": "gisteren"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59"}, "occurred_at"),
    ],
)
def test_refusal_stands_beside_its_field_and_keeps_what_was_typed(client, person, changes, field):
    response = client.post(WRITE, typed(person, **changes))
    assert list(response.context["form"].errors) == [field]
    assert "Samen vacatures bekeken." in response.content.decode()
    assert not Contact.objects.exists()


def test_client_of_another_team_is_refused(client, caseworker):
    response = client.post(WRITE, typed(ClientFactory()))
    assert list(response.context["form"].errors) == ["client"]
    assert not Contact.objects.exists()


@pytest.mark.parametrize("asked", [uuid.uuid4(), "nonsense"])
def test_link_with_a_client_that_does_not_exist_is_404(client, caseworker, asked):
    assert client.get(WRITE, {"client": asked}).status_code == 404


def test_link_with_an_invisible_client_is_404(client, caseworker):
    assert client.get(WRITE, {"client": ClientFactory().public_id}).status_code == 404


@pytest.mark.parametrize("location", ["telefoon", "beeldbellen"])
def test_call_never_counts_as_seen(client, person, location):
    client.post(WRITE, typed(person, location=location, face_to_face="yes"))
    assert Contact.objects.get().face_to_face is False


def test_other_minutes_are_kept(client, person):
    client.post(WRITE, typed(person, minutes="other", minutes_other="75"))
    assert Contact.objects.get().minutes == 75


def test_employer_is_found_whatever_its_capitals(client, person):
    Employer.objects.create(name="Bakkerij De Korenaar", is_shared=True)
    client.post(
        WRITE, typed(person, kind="werkgever", employer_name="bakkerij  de KORENAAR", client_is_named="no")
    )
    assert Contact.objects.get().employer == Employer.objects.get()


def test_employer_contact_may_be_about_nobody(client, caseworker):
    response = client.post(WRITE, typed(kind="werkgever", employer_name="Hotel De Kade", hiring_manager="on"))
    assert response.url == reverse("trajectories:caseload_list")
    assert Contact.objects.get().hiring_manager is True


def test_hidden_employer_fields_do_not_count(client, person):
    client.post(WRITE, typed(person, employer_name="Hotel De Kade", hiring_manager="on"))
    contact = Contact.objects.get()
    assert (contact.employer, contact.hiring_manager) == (None, None)
    assert not Employer.objects.exists()


def test_form_keeps_a_draft(client, person):
    assert "data-draft>" in client.get(WRITE).content.decode()


def test_correcting_keeps_what_stood_there(client, caseworker, person):
    contact = ContactFactory(client=person, staff=caseworker, minutes=75, location="thuis")
    url = reverse("trajectories:contact_correct", args=[contact.public_id])
    form = client.get(url).context["form"]
    assert (form["minutes"].value(), form["minutes_other"].value()) == ("other", 75)
    response = client.post(url, typed(person, note="Vacature gevonden."))
    assert response.url == reverse("trajectories:client_contacts", args=[person.public_id])
    contact.refresh_from_db()
    assert (contact.note, contact.minutes) == ("Vacature gevonden.", 30)
    changes = AuditEvent.objects.get(action="contact_corrected").changes
    assert changes["note"] == ["Samen gekeken wat er deze week speelt.", "Vacature gevonden."]


def test_correcting_asks_what_an_import_did_not_say(client, caseworker, person):
    contact = ContactFactory(client=person, staff=caseworker, face_to_face=None)
    url = reverse("trajectories:contact_correct", args=[contact.public_id])
    assert client.get(url).context["form"]["face_to_face"].value() == ""


def test_correcting_leaves_the_employer_of_an_imported_contact(client, caseworker, person):
    contact = ContactFactory(
        client=person, staff=caseworker, employer=Employer.objects.create(name="De Kade")
    )
    client.post(reverse("trajectories:contact_correct", args=[contact.public_id]), typed(person))
    contact.refresh_from_db()
    assert contact.employer.name == "De Kade"


def test_refused_correction_changes_nothing(client, caseworker, person):
    contact = ContactFactory(client=person, staff=caseworker)
    url = reverse("trajectories:contact_correct", args=[contact.public_id])
    response = client.post(url, typed(person, occurred_at="2026-03-03T10:00", note="later"))
    assert list(response.context["form"].errors) == ["occurred_at"]
    contact.refresh_from_db()
    assert contact.note == "Samen gekeken wat er deze week speelt."


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("anonymous", 302),
        ("owner", 200),
        ("peer_owner", 200),
        ("teammate", 200),
        ("team_lead", 200),
        ("other_worker", 404),
        ("other_team_lead", 404),
        ("monitor", 403),
        ("administrator", 403),
    ],
)
def test_who_writes_a_contact_with_this_client(client, world, persona, status):
    world.sign_in(client, persona)
    assert client.get(WRITE, {"client": world.client.public_id}).status_code == status


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("anonymous", 302),
        ("owner", 200),
        ("peer_owner", 403),
        ("teammate", 403),
        ("team_lead", 403),
        ("other_worker", 404),
        ("monitor", 404),
        ("administrator", 404),
    ],
)
def test_only_the_author_corrects(client, world, persona, status):
    contact = ContactFactory(client=world.client, staff=world.people["owner"])
    world.sign_in(client, persona)
    url = reverse("trajectories:contact_correct", args=[contact.public_id])
    assert client.get(url).status_code == status


@pytest.mark.parametrize("rows", [1, 12])
def test_contact_form_query_budget(client, count_queries, caseworker, rows):
    ClientFactory.create_batch(rows, followed_by=caseworker)
    ContactFactory.create_batch(rows, employer_visit=True)
    # session with user, own caseload, clients, employers, draft
    with count_queries(5):
        client.get(WRITE)


def test_saving_a_contact_takes_twenty_statements(client, person):
    sent = typed(person)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(WRITE, sent).status_code == 302
    assert len(queries) <= 20, "\n".join(one["sql"][:120] for one in queries)

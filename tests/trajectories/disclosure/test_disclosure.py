"""An employer hears nothing without the client's choice, and nothing about care whatever the choice."""

import uuid
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from ipsplatform.common.errors import RuleError
from staff.models import AccessLine, ConsentCheck
from tests.factories import (
    ClientFactory,
    ConsentFactory,
    ContactFactory,
    DisclosureFactory,
    EmployerFactory,
    JobFactory,
    SharingGroundFactory,
    UserFactory,
)
from tests.harness import StrictClient
from tests.project.scene import addresses
from tests.trajectories.case_import.import_files import run_import, write_all
from trajectories.contacts import services as contacts_services
from trajectories.disclosure import services as disclosure_services
from trajectories.disclosure.selectors import (
    employers_not_asked,
    may_be_named,
    what_may_be_shared,
)
from trajectories.models import Contact, DisclosureChoice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday"), pytest.mark.shows(10)]

TODAY = date(2026, 3, 2)
WRITE = "/contacts/write/"
BAKERY = "Bakkerij De Korenaar"


@pytest.fixture
def person(caseworker):
    return ClientFactory(followed_by=caseworker)


@pytest.fixture
def bakery():
    return EmployerFactory(name=BAKERY)


def visit(person, **changes) -> dict:
    """An employer contact that names the client."""
    return {
        "form_number": uuid.uuid4(),
        "client": person.public_id,
        "kind": "werkgever",
        "employer_name": BAKERY,
        "client_is_named": "yes",
        "location": "werkplek",
        "occurred_at": "2026-03-02T08:30",
        "minutes": "30",
        "face_to_face": "yes",
        "note": "Koffie gedronken.",
        **changes,
    }


def choose(person, by, **changes) -> DisclosureChoice:
    return disclosure_services.choose_disclosure(
        **{"client": person, "employer_name": BAKERY, "may_know": True, "by": by} | changes
    )


def test_naming_is_refused_on_the_form_with_the_way_to_record_the_choice(client, person, bakery):
    response = client.post(WRITE, visit(person))
    assert list(response.context["form"].errors) == ["client_is_named"]
    url = response.context["way_out"]["url"]
    assert url.startswith(reverse("trajectories:disclosure_choose", args=[person.public_id]))
    assert not Contact.objects.exists()
    sent = {"employer_name": BAKERY, "may_know": "yes", "given_on": "2026-03-02"}
    assert client.post(url, sent).url == WRITE  # where the draft of what was typed is kept
    assert client.post(WRITE, visit(person)).status_code == 302
    assert Contact.objects.get().client_is_named is True


def test_access_log_tells_whether_the_consent_was_there(client, person, caseworker, bakery):
    client.post(WRITE, visit(person, client_is_named="no"))
    client.post(WRITE, visit(person))
    choose(person, caseworker)
    client.post(WRITE, visit(person))
    lines = AccessLine.objects.filter(code="trajectories:contact_write").order_by("pk")
    assert list(lines.values_list("client_id", "consent")) == [
        (person.public_id, ""),
        (person.public_id, ConsentCheck.MISSING),
        (person.public_id, ConsentCheck.GIVEN),
    ]


@pytest.mark.parametrize(
    "then", ["//example.org/contacts/", "https://example.org/", "/contacts\\\\x", "/admin/"]
)
def test_choice_leads_nowhere_else(client, person, then):
    url = reverse("trajectories:disclosure_choose", args=[person.public_id])
    sent = {"employer_name": BAKERY, "may_know": "no", "given_on": "2026-03-02"}
    response = client.post(f"{url}?{urlencode({'then': then})}", sent)
    assert response.url == reverse("trajectories:client_sharing", args=[person.public_id])


def test_who_may_not_record_the_choice_reads_who_can(client, person):
    client.force_login(UserFactory(casemanager=True, team=person.team))
    way_out = client.post(WRITE, visit(person)).context["way_out"]
    assert (way_out["url"], "teamleider" in way_out["text"]) == (None, True)


@pytest.mark.parametrize("kind", ["no", "other_employer", "other_client", "later", "withdrawn"])
def test_only_a_standing_yes_for_this_employer_counts(person, bakery, caseworker, kind):
    facts = {
        "no": {"may_know": False},
        "other_employer": {"employer": EmployerFactory()},
        "other_client": {"client": ClientFactory()},
        "later": {"given_on": date(2026, 3, 3)},
        "withdrawn": {},
    }[kind]
    choice = DisclosureFactory(**{"client": person, "employer": bakery} | facts)
    if kind == "withdrawn":
        disclosure_services.withdraw_disclosure(choice=choice, by=caseworker)
    assert not may_be_named(client=person, employer=bakery, day=TODAY)
    with pytest.raises(RuleError) as refusal:
        write(person, by=caseworker)
    assert refusal.value.field == "client_is_named"


def write(person, *, by, **changes) -> Contact:
    facts = {
        "public_id": uuid.uuid4(), "client": person, "kind": "werkgever", "employer_name": BAKERY,
        "occurred_at": datetime(2026, 3, 2, 7, 30, tzinfo=UTC), "client_is_named": True, "by": by,
    }  # fmt: skip
    return contacts_services.write_contact(**facts | changes)


def test_database_refuses_it_too(person, bakery):
    facts = {"client": person, "employer": bakery, "kind": "werkgever", "client_is_named": True}
    with pytest.raises(IntegrityError, match="may know"), transaction.atomic():
        ContactFactory(**facts)
    contact = ContactFactory(**facts | {"client_is_named": False})
    with pytest.raises(IntegrityError, match="may know"), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(client_is_named=True)


def test_database_knows_where_somebody_can_be_named(person, bakery):
    DisclosureFactory(client=person, employer=bakery)
    with pytest.raises(IntegrityError, match="contact_named_to_an_employer"), transaction.atomic():
        ContactFactory(client=person, employer=bakery, kind="werk", client_is_named=True)


def test_withdrawal_works_on_the_very_next_request(client, caseworker, person, bakery):
    """Two browsers: one takes the choice back, the other can't name the client any more."""
    choice = choose(person, caseworker)
    assert client.post(WRITE, visit(person)).status_code == 302
    other = StrictClient()
    other.force_login(UserFactory(teamleider=True, team=person.team))
    other.post(reverse("trajectories:disclosure_withdraw", args=[choice.public_id]))
    response = client.post(WRITE, visit(person))
    assert list(response.context["form"].errors) == ["client_is_named"]
    assert Contact.objects.count() == 1


def test_what_was_written_before_a_withdrawal_stays_and_can_be_corrected(caseworker, person, bakery):
    choice = choose(person, caseworker)
    contact = write(person, by=caseworker)
    disclosure_services.withdraw_disclosure(choice=choice, by=caseworker)
    contacts_services.correct_contact(contact=contact, by=caseworker, employer_name=BAKERY, note="Anders.")
    contact.refresh_from_db()
    assert (contact.note, contact.client_is_named) == ("Anders.", True)
    with pytest.raises(RuleError):
        contacts_services.correct_contact(contact=contact, by=caseworker, employer_name="Hotel De Kade")


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"client_is_named": "no"}, False),
        ({"kind": "werk"}, None),
        ({"client": ""}, None),
    ],
)
def test_anonymous_needs_no_choice(client, person, changes, kept):
    assert client.post(WRITE, visit(person, **changes)).status_code == 302
    assert Contact.objects.get().client_is_named is kept


def test_new_form_says_no_and_an_imported_contact_asks(client, caseworker, person, bakery):
    assert client.get(WRITE).context["form"]["client_is_named"].value() == "no"
    contact = ContactFactory(client=person, staff=caseworker, employer=bakery, kind="werkgever")
    url = reverse("trajectories:contact_correct", args=[contact.public_id])
    assert client.get(url).context["form"]["client_is_named"].value() == ""


def test_new_choice_takes_the_place_of_the_one_before(caseworker, person, bakery):
    yes, no = choose(person, caseworker), choose(person, caseworker, may_know=False)
    yes.refresh_from_db()
    assert (yes.withdrawn_by, no.may_know) == (caseworker, False)
    assert [line.choice for line in what_may_be_shared(person).employers] == [no]
    assert choose(person, caseworker, may_know=False) == no  # said twice, written once


def test_database_refuses_two_standing_choices(person, bakery):
    DisclosureFactory(client=person, employer=bakery)
    with pytest.raises(IntegrityError, match="one_standing_choice"), transaction.atomic():
        DisclosureFactory(client=person, employer=bakery)


def test_choice_is_asked_with_a_job(client, caseworker, trajectory):
    url = reverse("trajectories:job_register", args=[trajectory.public_id])
    values = client.get(url).context["form"].initial
    sent = values | {"employer_name": BAKERY, "started_on": "2026-03-02", "employer_may_know": "no"}
    unknown = dict.fromkeys(("open_to_anyone", "regular_wage", "regular_employer"), "unknown")
    assert client.post(url, sent | unknown).status_code == 302
    assert DisclosureChoice.objects.get().may_know is False
    job = {"employer_name": "De Kade", "started_on": "2026-03-02", "employer_may_know": "unknown"}
    client.post(url, values | unknown | job | {"form_number": uuid.uuid4()})
    assert DisclosureChoice.objects.count() == 1


def test_employers_of_the_file_that_nobody_asked_about(caseworker, person, trajectory, bakery):
    JobFactory(trajectory=trajectory, employer=bakery)
    assert [line.employer for line in employers_not_asked(trajectory.client)] == [bakery]
    choose(trajectory.client, caseworker)
    assert employers_not_asked(trajectory.client) == []


def test_nothing_that_goes_out_is_addressed_to_an_employer():
    """A new export, sheet or feed stands here with its reader; none is for an employer."""
    going_out = ("_export", "_print", "_access", "_feed", "_calendar")
    readers = {
        "trajectories:caseload_export": "team",
        "trajectories:calendar_feed": "whose agenda it is",
        "trajectories:client_journey_print": "client",
        "trajectories:client_json_export": "client",
        "trajectories:client_paper_export": "client",
        "trajectories:client_sharing_print": "client",
        "trajectories:certificate_print": "organisation",
        "clients:client_access": "client",
        "reports:run_export": "team",
    }
    assert {name for name in addresses() if name.endswith(going_out)} == set(readers)
    assert "employer" not in readers.values()


@pytest.fixture
def full_file(caseworker, person):
    """A file with as many agreements of each kind as asked, running and ended."""

    def fill(rows: int):
        for number in range(rows):
            DisclosureFactory(client=person)
            choice = DisclosureFactory(client=person)
            disclosure_services.withdraw_disclosure(choice=choice, by=caseworker)
            ContactFactory(client=person, employer_visit=True)
            day = date(2026, 2, number + 1)
            ConsentFactory(client=person, recipient="anders", recipient_name=f"buur {number}")
            ConsentFactory(client=person, started_on=day, ended_on=day)
            SharingGroundFactory(client=person, recipient="anders", recipient_name=f"buur {number}")
        return person

    return fill


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("name", ["client_sharing", "client_sharing_print"])
def test_query_budget(client, count_queries, full_file, name, rows):
    person = full_file(rows)
    with count_queries({"client_sharing": 12, "client_sharing_print": 8}[name]):
        response = client.get(reverse(f"trajectories:{name}", args=[person.public_id]))
    assert len(response.context["shared"].consents) == rows
    assert AccessLine.objects.order_by("-pk").values_list("part", flat=True).first() == "sharing"


def test_import_leaves_open_whether_the_employer_knew(tmp_path):
    write_all(tmp_path, contacts={"kind": "werkgever", "employer": BAKERY})
    assert not run_import(tmp_path).is_refused
    assert Contact.objects.get().client_is_named is None


def test_import_does_not_move_a_named_client_to_another_employer(tmp_path, caseworker):
    write_all(tmp_path, contacts={"kind": "werkgever", "employer": BAKERY})
    run_import(tmp_path)
    contact = Contact.objects.get()
    choose(contact.client, caseworker)
    Contact.objects.update(client_is_named=True)
    write_all(tmp_path, contacts={"kind": "werkgever", "employer": "Hotel De Kade"})
    with translation.override("en"):  # a colleague who reads English came first
        assert "may not know" in run_import(tmp_path).refusals[0].reason
    assert "mag weten" in run_import(tmp_path).refusals[0].reason
    write_all(tmp_path, contacts={"kind": "werk", "employer": ""})
    assert not run_import(tmp_path).is_refused
    assert Contact.objects.get().client_is_named is None

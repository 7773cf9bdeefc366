"""One address of one person: compared without case, kept in one table; the old mailbox opens nothing."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from staff.confirming.services import confirm_access_change
from staff.models import AccessChange, AuditEvent, Role, StaffSession, User
from staff.people import services
from tests.factories import TeamFactory, UserFactory
from tests.staff.mail.post import deliver, path_in
from tests.staff.people.test_invitation import PASSWORD, choose
from tests.staff.sign_on.second_factors import code_of
from tests.trajectories.case_import.import_files import run_import, write_file

pytestmark = [pytest.mark.shows(2, 25), pytest.mark.django_db]

OLD, NEW = "noor@example.org", "n.devries@example.org"


@pytest.fixture(autouse=True)
def _no_attempts_before():
    cache.clear()


@pytest.fixture
def administrator():
    return UserFactory(beheerder=True, username="beheerder")


@pytest.fixture
def noor():
    person = UserFactory(
        username="noor", staff_number="S-1", first_name="Noor", email=OLD, team=TeamFactory()
    )
    person.set_password(PASSWORD)
    person.save()
    return person


def move(noor, administrator, email=NEW, **more):
    return services.correct_staff_member(user=noor, by=administrator, email=email, **more)


def ask_link(address):
    Client().post("/password/forgot/", {"email": address})
    return deliver()


def test_nothing_writes_a_second_table_of_addresses(client, noor, administrator, settings):
    """From invitation to a new password, a stranger asking in between: the second factor stays open."""
    settings.SECOND_FACTOR_REQUIRED = True
    User.objects.filter(pk=noor.pk).update(password="!")
    services.invite_staff_member(user=noor, by=administrator)
    (invitation,) = deliver()
    ask_link(OLD)
    choose(client, path_in(invitation))
    ask_link(OLD)
    client.post("/login/", {"login": "noor", "password": PASSWORD})
    ask_link(OLD)
    client.post("/confirm/password/", {"password": PASSWORD})
    page = client.get("/security/app/")
    assert page.status_code == 200
    assert client.post("/security/app/", {"code": code_of(page.context["form"].secret)}).status_code == 302
    assert client.get("/caseload/").status_code == 200
    assert client.get("/security/passkeys/add/").status_code == 200
    assert not EmailAddress.objects.exists()


def test_an_old_row_of_that_table_opens_nothing_and_blocks_nobody(client, noor, settings):
    """An earlier version wrote them; a restored backup brings them back."""
    settings.SECOND_FACTOR_REQUIRED = True
    EmailAddress.objects.create(user=noor, email="vroeger@example.org", verified=True, primary=True)
    EmailAddress.objects.create(user=noor, email=OLD)
    assert ask_link("vroeger@example.org") == []
    client.post("/login/", {"login": "noor", "password": PASSWORD})
    client.post("/confirm/password/", {"password": PASSWORD})
    for place in ("/security/app/", "/security/passkeys/add/"):
        assert client.get(place).status_code == 200


@pytest.mark.parametrize("mailed", ["invitation", "reset"])
def test_a_link_in_the_old_mailbox_works_no_more(noor, administrator, mailed):
    if mailed == "invitation":
        User.objects.filter(pk=noor.pk).update(password="!")
        services.invite_staff_member(user=noor, by=administrator)
        (message,) = deliver()
    else:
        (message,) = ask_link(OLD)
    opened = Client()
    opened.get(path_in(message), follow=True)  # the form was open already
    move(noor, administrator)
    for browser in (Client(), opened):
        assert "Deze link werkt niet meer" in choose(browser, path_in(message)).content.decode()


def test_the_old_address_gets_no_link_and_the_new_one_does(noor, administrator):
    move(noor, administrator)
    deliver()
    assert ask_link(OLD) == []
    assert [message.to for message in ask_link(NEW.upper())] == [[NEW]]


def test_both_mailboxes_are_told_and_the_old_one_nothing_about_the_new(noor, administrator):
    move(noor, administrator)
    sent = {message.to[0]: message.body for message in deliver()}
    assert set(sent) == {OLD, NEW}
    assert not [said for said in (NEW, "noor", "Noor") if said in sent[OLD]]
    assert OLD not in sent[NEW]


@pytest.mark.parametrize(("before", "after", "told"), [("", NEW, {NEW}), (OLD, "", {OLD})])
def test_an_address_that_is_added_or_removed_is_told_where_there_is_a_mailbox(
    noor, administrator, before, after, told
):
    User.objects.filter(pk=noor.pk).update(email=before)
    move(noor, administrator, email=after)
    assert {message.to[0] for message in deliver()} == told


def test_another_address_ends_every_session(noor, administrator):
    browser = Client()
    browser.post("/login/", {"login": "noor", "password": PASSWORD})
    assert browser.get("/caseload/").status_code == 200
    move(noor, administrator)
    assert browser.get("/caseload/").status_code == 302
    assert AuditEvent.objects.filter(action="sessions_ended", by=administrator).exists()


@pytest.mark.parametrize("email", [OLD, OLD.upper(), f" {OLD} "])
def test_the_same_address_in_other_letters_is_no_other_address(noor, administrator, email):
    browser = Client()
    browser.post("/login/", {"login": "noor", "password": PASSWORD})
    move(noor, administrator, email=email)
    assert browser.get("/caseload/").status_code == 200
    assert deliver() == []
    assert not AuditEvent.objects.filter(action="staff_member_corrected").exists()


def test_an_administrator_does_not_correct_the_own_address_alone(client, administrator):
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(administrator)
    url = reverse("admin:staff_user_change", args=[administrator.pk])
    form = client.get(url).context["adminform"].form.initial
    facts = {name: value or "" for name, value in form.items()}
    facts |= {"email": NEW, "is_active": "on", "why": "Nieuw adres."}
    rows = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert client.post(url, facts | rows).status_code == 302
    assert StaffSession.objects.filter(user=administrator).count() == 2
    confirm_access_change(change=AccessChange.objects.get(), by=UserFactory(beheerder=True))
    administrator.refresh_from_db()
    assert administrator.email == NEW.lower()
    assert not StaffSession.objects.filter(user=administrator).exists()
    assert client.get(url).url.startswith("/login/")


@pytest.mark.parametrize("way", ["add", "change"])
def test_a_second_person_with_the_same_address_is_refused_in_words(client, noor, administrator, way):
    other = UserFactory(username="ander", email="ander@example.org")
    client.force_login(administrator)
    facts = {
        "username": "ander" if way == "change" else "nieuw", "first_name": "", "name_prefix": "",
        "last_name": "Ander", "staff_number": "S-9", "role": Role.CASEMANAGER, "is_active": "on",
        "email": OLD.upper(), "why": "Begint maandag.",
        "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
    }  # fmt: skip
    url = reverse("admin:staff_user_add" if way == "add" else "admin:staff_user_change",
                  args=[] if way == "add" else [other.pk])  # fmt: skip
    said = client.post(url, facts, follow=True).content.decode()
    assert "Iemand anders die mag inloggen, heeft dit e-mailadres al." in said
    assert User.objects.filter(email__iexact=OLD).count() == 1


def test_whoever_comes_back_may_have_the_address_that_the_closed_account_had(noor, administrator):
    services.deactivate_staff_member(user=noor, by=administrator)
    again = services.create_staff_member(
        username="noor2", last_name="Vries", role=Role.CASEMANAGER, email=OLD, by=administrator
    )
    assert [message.to for message in ask_link(OLD)] == [[OLD]]
    with pytest.raises(ValidationError):
        services.correct_staff_member(user=noor, by=administrator, is_active=True)
    assert again.is_active


@pytest.mark.parametrize("facts", [{"email": "Noor@example.org"}, {"email": OLD}, {"username": "NOOR"}])
def test_the_database_itself_keeps_one_address_and_one_name_of_one_person(noor, facts):
    with pytest.raises(IntegrityError):
        UserFactory(**{"username": "ander", **facts})


def test_an_import_that_brings_another_address_does_the_same(noor, tmp_path):
    browser = Client()
    browser.post("/login/", {"login": "noor", "password": PASSWORD})
    (message,) = ask_link(OLD)
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "staff", {"staff_number": "S-1", "email": NEW.upper()})
    assert not run_import(tmp_path).refusals
    noor.refresh_from_db()
    assert noor.email == NEW
    assert {message.to[0] for message in deliver()} == {OLD, NEW}
    assert browser.get("/caseload/").status_code == 302
    assert "Deze link werkt niet meer" in choose(Client(), path_in(message)).content.decode()

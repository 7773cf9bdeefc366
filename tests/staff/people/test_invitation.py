"""An invitation, and a forgotten password: a link that works once and never replaces the second factor."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent, StaffMail
from staff.people import services
from tests.factories import TeamFactory, UserFactory
from tests.staff.mail.post import deliver, path_in
from tests.staff.sign_on.second_factors import give_app

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]

PASSWORD = "een lange zin die ik onthoud"


@pytest.fixture(autouse=True)
def _no_attempts_before():
    cache.clear()


@pytest.fixture
def administrator():
    return UserFactory(beheerder=True)


@pytest.fixture
def newcomer():
    person = UserFactory(username="nieuw", first_name="Noor", email="noor@example.org", team=TeamFactory())
    person.set_unusable_password()
    person.save()
    return person


def path_in_mail() -> str:
    return path_in(deliver()[-1])


def choose(browser, path: str, password: str = PASSWORD):
    opened = browser.get(path, follow=True)
    if opened.context.get("token_fail"):
        return opened
    return browser.post(opened.wsgi_request.path, {"password1": password, "password2": password})


def test_an_invited_person_chooses_a_password_and_sets_up_the_second_factor(
    client, newcomer, administrator, settings
):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SITE_URL = "https://ips.example.org"
    services.invite_staff_member(user=newcomer, by=administrator)
    (message,) = deliver()
    assert message.to == ["noor@example.org"]
    assert "https://ips.example.org/password/choose/" in message.body
    assert choose(client, path_in(message)).url == "/password/saved/"
    assert client.get("/password/saved/").status_code == 200
    client.post("/login/", {"login": "nieuw", "password": PASSWORD})
    assert client.get("/caseload/").url == "/security/"
    assert AuditEvent.objects.get(action="staff_member_invited").by == administrator


def test_the_link_works_once(newcomer, administrator):
    services.invite_staff_member(user=newcomer, by=administrator)
    path = path_in_mail()
    assert choose(Client(), path).status_code == 302
    second = choose(Client(), path, "een andere zin van een dief")
    assert "Deze link werkt niet meer" in second.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)


def test_the_link_works_for_two_days(newcomer, administrator, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+01:00")
    services.invite_staff_member(user=newcomer, by=administrator)
    path = path_in_mail()
    time_machine.shift(timedelta(days=2, minutes=1))
    assert "Deze link werkt niet meer" in choose(Client(), path).content.decode()


def test_a_weak_password_is_refused(newcomer, administrator):
    services.invite_staff_member(user=newcomer, by=administrator)
    assert choose(Client(), path_in_mail(), "kort").status_code == 200
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


@pytest.mark.parametrize("facts", [{"email": ""}, {"is_active": False}])
def test_who_can_not_be_invited_is_refused(newcomer, administrator, facts):
    for name, value in facts.items():
        setattr(newcomer, name, value)
    newcomer.save()
    with pytest.raises(RuleError):
        services.invite_staff_member(user=newcomer, by=administrator)
    assert deliver() == []


def test_without_a_mail_server_nobody_is_invited(newcomer, administrator, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(RuleError):
        services.invite_staff_member(user=newcomer, by=administrator)
    assert not AuditEvent.objects.filter(action="staff_member_invited").exists()


def test_who_has_a_password_already_gets_the_mail_for_a_new_one(newcomer, administrator):
    newcomer.set_password("de zin die ik zelf al koos")
    newcomer.save()
    services.invite_staff_member(user=newcomer, by=administrator)
    (message,) = deliver()
    assert message.subject == "Een nieuw wachtwoord voor Reis naar werk"
    assert newcomer.check_password("de zin die ik zelf al koos")
    assert choose(Client(), path_in(message)).url == "/password/saved/"


def test_a_link_of_somebody_who_left_works_no_more(newcomer, administrator):
    services.invite_staff_member(user=newcomer, by=administrator)
    path = path_in_mail()
    services.deactivate_staff_member(user=newcomer, by=administrator)
    assert "Deze link werkt niet meer" in choose(Client(), path).content.decode()
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


def test_inviting_in_the_admin(client, newcomer, administrator):
    client.force_login(administrator)
    chosen = {"action": "invite", "_selected_action": [newcomer.pk]}
    assert client.post(reverse("admin:staff_user_changelist"), chosen).status_code == 302
    assert "http://testserver/password/choose/" in deliver()[-1].body


def test_a_forgotten_password_is_replaced_but_not_the_second_factor(newcomer):
    give_app(newcomer)
    newcomer.set_password("de zin die ik vergat")
    newcomer.save()
    browser = Client()
    assert browser.post("/password/forgot/", {"email": "noor@example.org"}).url == "/password/forgot/sent/"
    (message,) = deliver()
    assert message.subject == "Een nieuw wachtwoord voor Reis naar werk"
    choose(browser, path_in(message))
    assert browser.post("/login/", {"login": "nieuw", "password": PASSWORD}).url == "/login/second-factor/"
    assert browser.get("/caseload/").status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(newcomer):
    newcomer.set_password("de zin die een ander ook weet")
    newcomer.save()
    thief = Client()
    thief.post("/login/", {"login": "nieuw", "password": "de zin die een ander ook weet"})
    assert thief.get("/caseload/").status_code == 200
    browser = Client()
    browser.post("/password/forgot/", {"email": "noor@example.org"})
    choose(browser, path_in_mail())
    assert thief.get("/caseload/").status_code == 302


@pytest.mark.parametrize("typed", ["NOOR@Example.ORG", " noor@example.org ", "noor\x00@example.org"])
def test_an_address_is_compared_without_case(client, newcomer, typed):
    assert client.post("/password/forgot/", {"email": typed}).url == "/password/forgot/sent/"
    assert [message.to for message in deliver()] == [["noor@example.org"]]


@pytest.mark.parametrize("typed", ["", "geen adres", "a" * 250 + "@example.org"])
def test_what_is_no_address_gets_a_message_on_the_form(client, typed):
    answer = client.post("/password/forgot/", {"email": typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors["email"]
    assert not StaffMail.objects.exists()


@pytest.mark.parametrize("state", ["unknown", "closed"])
def test_an_address_of_nobody_gets_the_same_answer_and_no_mail(client, newcomer, state):
    newcomer.is_active = False
    newcomer.save()
    address = "noor@example.org" if state == "closed" else "niemand@example.org"
    assert client.post("/password/forgot/", {"email": address}).url == "/password/forgot/sent/"
    assert deliver() == []
    assert not StaffMail.objects.exists()


def test_without_a_mail_server_nothing_is_offered(client, settings):
    assert "/password/forgot/" in client.get("/login/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "/password/forgot/" not in client.get("/login/").content.decode()

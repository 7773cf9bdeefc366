"""An invitation, and a forgotten password: a link that works once and never replaces the second factor."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from staff.people import services
from tests.factories import TeamFactory, UserFactory
from tests.ports import closed_port
from tests.staff.sign_on.second_factors import give_app

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]

PASSWORD = "een lange zin die ik onthoud"
SITE = "https://ips.example.org/"


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
    return re.search(r"https?://[^/]+(/password/choose/\S+)", mail.outbox[-1].body).group(1)


def choose(browser, path: str, password: str = PASSWORD):
    opened = browser.get(path, follow=True)
    if opened.context.get("token_fail"):
        return opened
    return browser.post(opened.wsgi_request.path, {"password1": password, "password2": password})


def test_an_invited_person_chooses_a_password_and_sets_up_the_second_factor(
    client, newcomer, administrator, settings
):
    settings.SECOND_FACTOR_REQUIRED = True
    services.invite_staff_member(user=newcomer, by=administrator, site=SITE)
    assert mail.outbox[-1].to == ["noor@example.org"]
    assert "https://ips.example.org/password/choose/" in mail.outbox[-1].body
    assert choose(client, path_in_mail()).url == "/password/saved/"
    assert client.get("/password/saved/").status_code == 200
    client.post("/login/", {"login": "nieuw", "password": PASSWORD})
    assert client.get("/caseload/").url == "/security/"
    assert AuditEvent.objects.get(action="staff_member_invited").by == administrator


def test_the_link_works_once(newcomer, administrator):
    services.invite_staff_member(user=newcomer, by=administrator, site=SITE)
    path = path_in_mail()
    assert choose(Client(), path).status_code == 302
    second = choose(Client(), path, "een andere zin van een dief")
    assert "Deze link werkt niet meer" in second.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)


def test_the_link_works_for_two_days(newcomer, administrator, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+01:00")
    services.invite_staff_member(user=newcomer, by=administrator, site=SITE)
    time_machine.shift(timedelta(days=2, minutes=1))
    assert "Deze link werkt niet meer" in choose(Client(), path_in_mail()).content.decode()


def test_a_weak_password_is_refused(newcomer, administrator):
    services.invite_staff_member(user=newcomer, by=administrator, site=SITE)
    assert choose(Client(), path_in_mail(), "kort").status_code == 200
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


@pytest.mark.parametrize("facts", [{"email": ""}, {"is_active": False}])
def test_who_can_not_be_invited_is_refused(newcomer, administrator, facts):
    for name, value in facts.items():
        setattr(newcomer, name, value)
    newcomer.save()
    with pytest.raises(RuleError):
        services.invite_staff_member(user=newcomer, by=administrator, site=SITE)
    assert mail.outbox == []


def test_a_mail_server_that_is_down_leaves_no_line(newcomer, administrator, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    with pytest.raises(RuleError):
        services.invite_staff_member(user=newcomer, by=administrator, site=SITE)
    assert not AuditEvent.objects.filter(action="staff_member_invited").exists()


def test_inviting_in_the_admin(client, newcomer, administrator):
    client.force_login(administrator)
    chosen = {"action": "invite", "_selected_action": [newcomer.pk]}
    assert client.post(reverse("admin:staff_user_changelist"), chosen).status_code == 302
    assert "http://testserver/password/choose/" in mail.outbox[-1].body


def test_a_forgotten_password_is_replaced_but_not_the_second_factor(newcomer):
    give_app(newcomer)
    newcomer.set_password("de zin die ik vergat")
    newcomer.save()
    browser = Client()
    assert browser.post("/password/forgot/", {"email": "noor@example.org"}).url == "/password/forgot/sent/"
    assert mail.outbox[-1].subject == "Een nieuw wachtwoord voor Reis naar werk"
    choose(browser, path_in_mail())
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


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client):
    assert client.post("/password/forgot/", {"email": "niemand@example.org"}).url == "/password/forgot/sent/"
    assert mail.outbox == []


def test_without_a_mail_server_nothing_is_offered(client, settings):
    assert "/password/forgot/" in client.get("/login/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "/password/forgot/" not in client.get("/login/").content.decode()

"""What is done to an account on the server leaves a line, and its owner is told."""

import getpass

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from staff.models import AuditEvent, User
from tests.factories import UserFactory
from tests.staff.mail.post import deliver
from tests.staff.sign_on.second_factors import code_of, give_app

pytestmark = [pytest.mark.shows(2, 5), pytest.mark.django_db]

OLD, NEW = "een lange zin die ik onthoud", "een zin die de server kent"
FORGOTTEN, ADDED = "second_factors_forgotten", "staff_member_created"


@pytest.fixture
def noor():
    person = UserFactory(username="noor", email="noor@example.org")
    person.set_password(OLD)
    person.save()
    return person


def logged(person: User) -> list[tuple]:
    """What the log of changes says of this person, and who did it."""
    return list(AuditEvent.objects.filter(target_id=person.public_id).values_list("action", "by"))


def other_keys(settings) -> None:
    """SECRET_KEY was stolen or lost, and there is a new one."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "another key of more than fifty characters, all new",
        [],
    )


def test_password_typed_on_the_server_is_told_and_changed_at_the_first_sign_in(noor, client, monkeypatch):
    monkeypatch.setattr(getpass, "getpass", lambda prompt: NEW)
    call_command("changepassword", "noor")
    assert logged(noor) == [("password_set", None)]
    assert [message.subject for message in deliver()] == ["Je wachtwoord voor Reis naar werk is veranderd"]
    client.post("/login/", {"login": "noor", "password": NEW})
    assert client.get("/").url == reverse("account_change_password")


def test_administrator_made_on_the_server_stands_in_the_log(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW)
    call_command("createsuperuser", "--noinput", "--username=eerste", "--last_name=Eerste", "--email=")
    made = User.objects.get(username="eerste")
    assert made.role == "functioneel_beheerder"
    assert logged(made) == [(ADDED, None)]


def test_lost_phone_of_whom_nobody_can_ask_it_in_the_browser(noor, capsys):
    give_app(noor)
    call_command("forget_second_factors", "NOOR")
    assert not Authenticator.objects.filter(user=noor).exists()
    assert logged(noor) == [(FORGOTTEN, None)]
    assert [message.to for message in deliver()] == [["noor@example.org"]]
    assert (
        capsys.readouterr().out.strip()
        == "1 persoon stelt bij de volgende keer inloggen een nieuwe tweede stap in."
    )


@pytest.mark.parametrize("asked", [[], ["noor", "niemand"]])
def test_without_a_known_name_nothing_is_forgotten(noor, asked):
    give_app(noor)
    with pytest.raises(CommandError):
        call_command("forget_second_factors", *asked)
    assert Authenticator.objects.filter(user=noor).count() == 2


def test_after_other_keys_an_app_is_refused_in_words_and_set_up_anew(noor, client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    secret = give_app(noor)
    other_keys(settings)
    client.post("/login/", {"login": "noor", "password": OLD})
    answer = client.post("/login/second-factor/", {"code": code_of(secret)})
    assert "niet meer te lezen" in answer.content.decode()
    call_command("forget_second_factors", "--unreadable")
    assert not Authenticator.objects.filter(user=noor).exists()
    assert logged(noor) == [(FORGOTTEN, None)]
    assert [message.subject for message in deliver()] == ["Je tweede stap voor Reis naar werk is weggehaald"]
    anew = Client()
    anew.post("/login/", {"login": "noor", "password": OLD})
    assert anew.get("/caseload/").url.startswith(reverse("mfa_index"))


def test_a_passkey_survives_other_keys_and_the_codes_are_made_anew(noor, client, settings):
    give_app(noor)
    Authenticator.objects.create(user=noor, type="webauthn", data={"name": "sleutel", "credential": {}})
    other_keys(settings)
    client.force_login(noor)
    assert "Maak nieuwe" in client.get(reverse("mfa_index")).content.decode()
    call_command("forget_second_factors", "--unreadable")
    assert [one.type for one in Authenticator.objects.filter(user=noor)] == ["webauthn"]
    assert [message.subject for message in deliver()] == ["Je tweede stap voor Reis naar werk is veranderd"]


def test_readable_factors_stay(noor):
    give_app(noor)
    call_command("forget_second_factors", "--unreadable")
    assert Authenticator.objects.filter(user=noor).count() == 2
    assert logged(noor) == []

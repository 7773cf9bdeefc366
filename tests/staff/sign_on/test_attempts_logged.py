"""The access log tells of sign-ins and codes that did not fit, and of what the second factor stopped."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from staff.models import AccessLine
from tests.factories import TeamFactory, TrajectoryFactory, UserFactory
from tests.staff.sign_on.second_factors import give_app

pytestmark = [pytest.mark.shows(5, 27), pytest.mark.django_db]

PASSWORD = "een lange zin die ik onthoud"


@pytest.fixture
def worker():
    person = UserFactory(username="maaike", team=TeamFactory())
    person.set_password(PASSWORD)
    person.save()
    return person


def line() -> tuple:
    last = AccessLine.objects.latest("pk")
    return last.code, last.action, last.outcome, last.is_authorised, last.actor_id


@pytest.mark.parametrize("name", ["maaike", "MAAIKE"])
def test_a_wrong_password_is_a_refused_line_of_that_account(client, worker, name):
    client.post("/login/", {"login": name, "password": "niet deze zin"}, REMOTE_ADDR="192.0.2.7")
    assert line() == ("account_login", "R", "refused", False, worker.pk)
    assert AccessLine.objects.get().address == "192.0.2.7"


@pytest.mark.parametrize("name", ["niemand", "nul\x00byte", "", "x" * 400])
def test_a_name_that_nobody_has_leaves_a_line_without_a_person(client, worker, name):
    client.post("/login/", {"login": name, "password": "niet deze zin"})
    assert line() == ("account_login", "R", "refused", False, None)


def test_what_the_limit_turned_away_was_not_weighed_and_fills_no_log(client, worker, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/m/ip"}
    for _attempt in range(60):
        answer = client.post("/login/", {"login": "maaike", "password": "niet deze zin"})
    assert answer.status_code == 429
    assert AccessLine.objects.count() == 3


def test_whoever_has_to_wait_was_not_weighed_and_fills_no_log(client, worker):
    """Five are weighed; the form that says to wait comes back with status 200."""
    answers = [client.post("/login/", {"login": "maaike", "password": "niet deze zin"}) for _ in range(40)]
    assert {answer.status_code for answer in answers} == {200}
    assert "Wacht vijf minuten" in answers[-1].content.decode()
    assert AccessLine.objects.count() == 5


def test_who_has_to_wait_with_a_code_fills_no_log_either(client, worker):
    give_app(worker)
    client.post("/login/", {"login": "maaike", "password": PASSWORD})
    for _attempt in range(40):
        client.post("/login/second-factor/", {"code": "000000"})
    assert AccessLine.objects.filter(code="mfa_authenticate").count() == 5


def test_who_waits_inside_was_refused(client, worker):
    give_app(worker)
    client.force_login(worker)
    for _attempt in range(7):
        client.post("/confirm/code/", {"code": "000000"})
    assert line() == ("mfa_reauthenticate", "R", "refused", False, worker.pk)


def test_looking_at_the_door_leaves_no_line(client):
    client.get("/login/")
    client.get("/caseload/")
    assert not AccessLine.objects.exists()


def test_a_wrong_code_at_the_door_is_a_refused_line(client, worker):
    give_app(worker)
    client.post("/login/", {"login": "maaike", "password": PASSWORD})
    client.post("/login/second-factor/", {"code": "000000"})
    assert line() == ("mfa_authenticate", "R", "refused", False, worker.pk)


@pytest.mark.parametrize(
    ("place", "sent", "code"),
    [
        ("/confirm/code/", {"code": "000000"}, "mfa_reauthenticate"),
        ("/confirm/passkey/", {"credential": "{}"}, "mfa_reauthenticate_webauthn"),
    ],
)
def test_a_wrong_code_inside_is_a_refused_line(client, worker, place, sent, code):
    give_app(worker)
    Authenticator.objects.create(user=worker, type="webauthn", data={"name": "sleutel", "credential": {}})
    client.force_login(worker)
    client.post(place, sent)
    assert line() == (code, "R", "refused", False, worker.pk)


def test_a_wrong_passkey_at_the_door_is_a_refused_line(client):
    client.post("/login/passkey/", {"credential": "{}"})
    assert line() == ("mfa_login_webauthn", "R", "refused", False, None)


def test_a_wrong_password_for_confirming_is_a_refused_line(client, worker):
    client.force_login(worker)
    client.post("/confirm/password/", {"password": "niet deze zin"})
    assert line() == ("account_reauthenticate", "R", "refused", False, worker.pk)


@pytest.mark.parametrize("has_factor", [False, True])
def test_what_the_second_factor_stops_was_refused_and_names_the_client(client, worker, settings, has_factor):
    settings.SECOND_FACTOR_REQUIRED = True
    if has_factor:
        give_app(worker)
    asked = TrajectoryFactory(in_team=worker.memberships.get().team).client
    client.force_login(worker)
    for method in (client.get, client.post):
        answer = method(reverse("trajectories:client_overview", args=[asked.public_id]))
        assert answer.status_code == 302
        assert line() == ("trajectories:client_overview", "R", "refused", False, worker.pk)
        assert AccessLine.objects.latest("pk").client_id == asked.public_id


def test_an_address_without_its_slash_was_not_refused(client, worker):
    client.force_login(worker)
    assert client.get("/caseload").status_code == 301
    assert not AccessLine.objects.exists()
    assert client.get("/no-such-page").status_code == 404
    assert line() == ("not_found", "R", "refused", False, worker.pk)


def test_a_link_for_a_new_password_that_does_not_work_leaves_a_line(client, worker):
    answer = client.get("/password/choose/1-een-verkeerde-link/", follow=True)
    assert answer.status_code == 200
    assert line() == ("account_reset_password_from_key", "R", "refused", False, None)


@pytest.mark.parametrize("place", ["/password/choose/1-een-verkeerde-link/", "/login/single-sign-on/back/"])
def test_nobody_fills_the_log_with_links(client, worker, place):
    """Followed with GET, so easily repeated; without a sign-on service the second address is not there."""
    for _time in range(40):
        client.get(place)
    assert AccessLine.objects.count() == (20 if "password" in place else 0)


def test_the_right_password_of_a_closed_account_is_a_refused_line(client, worker):
    worker.is_active = False
    worker.save()
    answer = client.post("/login/", {"login": "maaike", "password": PASSWORD})
    assert answer.url == reverse("account_inactive")
    assert line() == ("account_login", "R", "refused", False, worker.pk)


def test_nobody_without_a_passkey_is_offered_one(client, worker):
    give_app(worker)
    client.post("/login/", {"login": "maaike", "password": PASSWORD})
    assert "Gebruik een passkey" not in client.get("/login/second-factor/").content.decode()

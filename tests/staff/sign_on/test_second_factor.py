"""The second factor: set up, asked for, compulsory for everybody and everywhere."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from ipsplatform.common.errors import RuleError
from staff.confirming.services import confirm_access_change
from staff.models import AccessChange, AuditEvent
from staff.sign_on import services
from tests.factories import TeamFactory, UserFactory
from tests.staff.mail.post import deliver
from tests.staff.sign_on.second_factors import code_of, give_app

pytestmark = [pytest.mark.shows(2), pytest.mark.django_db]

PASSWORD = "een lange zin die ik onthoud"
CASELOAD = "/caseload/"
SECURITY = "/security/"


@pytest.fixture(autouse=True)
def _compulsory(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def worker():
    return with_password(UserFactory(username="maaike", team=TeamFactory()))


def with_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(browser, person, **more):
    return browser.post("/login/", {"login": person.username, "password": PASSWORD, **more})


def set_up_app(browser) -> str:
    """Walk the pages as a person does; answers the secret in the phone."""
    browser.post("/confirm/password/", {"password": PASSWORD})
    page = browser.get("/security/app/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page).group(1)
    assert browser.post("/security/app/", {"code": code_of(secret)}).url == "/security/codes/"
    return secret


@pytest.mark.parametrize("role", ["trajectbegeleider", "teamleider", "monitor", "beheerder"])
def test_without_a_second_factor_nothing_else_opens(client, role):
    person = with_password(UserFactory(**({} if role == "trajectbegeleider" else {role: True})))
    sign_in(client, person)
    for place in ("/", CASELOAD, "/reports/", "/search/?q=a", "/password/", "/admin/", "/admin/staff/user/"):
        assert client.get(place).url == SECURITY
    assert client.post(reverse("trajectories:contact_write"), {"note": "x"}).url == SECURITY
    assert client.get("/security/codes/").url == SECURITY
    assert client.get(SECURITY).status_code == 200


def test_setting_up_the_app_opens_everything_at_once(client, worker):
    sign_in(client, worker)
    secret = set_up_app(client)
    codes = client.get("/security/codes/").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10
    assert client.get(CASELOAD).status_code == 200
    assert secret not in Authenticator.objects.get(user=worker, type="totp").data["secret"]
    assert AuditEvent.objects.filter(by=worker, action="second_factor_added").count() == 1


def test_a_wrong_code_sets_nothing_up(client, worker):
    sign_in(client, worker)
    client.post("/confirm/password/", {"password": PASSWORD})
    client.get("/security/app/")
    assert client.post("/security/app/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_signing_in_asks_for_the_code(client, worker):
    secret = give_app(worker)
    assert sign_in(client, worker, next=CASELOAD).url == "/login/second-factor/"
    assert client.get(CASELOAD).url.startswith("/login/")
    assert (
        "Deze code klopt niet." in client.post("/login/second-factor/", {"code": "000000"}).content.decode()
    )
    assert client.post("/login/second-factor/", {"code": code_of(secret)}).url == CASELOAD
    assert client.get(CASELOAD).status_code == 200


def test_a_code_works_once(worker):
    secret = give_app(worker)
    code = code_of(secret)
    answers = []
    for browser in (Client(), Client()):
        sign_in(browser, worker)
        answers.append(browser.post("/login/second-factor/", {"code": code}).status_code)
    assert answers == [302, 200]


def test_the_code_that_set_up_the_app_is_used_up(client, worker):
    sign_in(client, worker)
    secret = set_up_app(client)
    cache.clear()  # what the cache forgets is not accepted again
    browser = Client()
    sign_in(browser, worker)
    refused = browser.post("/login/second-factor/", {"code": code_of(secret)})
    assert "Deze code is al gebruikt." in refused.content.decode()
    assert browser.post("/login/second-factor/", {"code": code_of(secret, later=1)}).url == "/"


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (0, -1)])
@pytest.mark.parametrize("place", ["/login/second-factor/", "/confirm/code/"])
def test_neither_a_used_code_nor_an_older_one_works_again(worker, on_monday, first, second, place):
    """Of the three codes that fit at a moment; on the pages that ask for one."""
    secret = give_app(worker)
    one, other = Client(), Client()
    for browser in (one, other):
        sign_in(browser, worker)
    assert one.post("/login/second-factor/", {"code": code_of(secret, later=first)}).status_code == 302
    cache.clear()
    browser = other if place.startswith("/login") else one
    assert browser.post(place, {"code": code_of(secret, later=second)}).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_that_comes_twice_at_the_same_moment_lets_one_in(worker, kind):
    secret = give_app(worker)
    codes = Authenticator.objects.get(user=worker, type="recovery_codes").wrap().get_unused_codes()
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        sign_in(browser, worker)
    code, together = (code_of(secret) if kind == "app" else codes[0]), Barrier(len(browsers))

    def enter(browser: Client) -> int:
        together.wait()
        try:
            return browser.post("/login/second-factor/", {"code": code}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(browsers)) as people:
        answers = list(people.map(enter, browsers))
    assert sorted(answers) == [200, 200, 200, 302]


def test_a_recovery_code_stands_in_once(worker):
    give_app(worker)
    code = Authenticator.objects.get(user=worker, type="recovery_codes").wrap().get_unused_codes()[0]
    answers = []
    for browser in (Client(), Client()):
        sign_in(browser, worker)
        answers.append(browser.post("/login/second-factor/", {"code": code}).status_code)
    assert answers == [302, 200]


def test_after_five_wrong_codes_the_right_one_has_to_wait(client, worker):
    secret = give_app(worker)
    sign_in(client, worker)
    for _attempt in range(5):
        client.post("/login/second-factor/", {"code": "000000"})
    assert client.post("/login/second-factor/", {"code": code_of(secret)}).status_code == 200
    assert client.get(CASELOAD).status_code == 302


def test_a_session_that_never_showed_the_factor_shows_it_first(client, worker):
    """Signed in with the password before the factor was set up in another browser."""
    sign_in(client, worker)
    secret = give_app(worker)
    assert client.get(CASELOAD).url == "/confirm/code/?next=%2Fcaseload%2F"
    for place in (SECURITY, "/security/app/remove/", "/security/codes/", "/confirm/password/"):
        assert client.get(place).url.startswith("/confirm/code/")
    assert client.post("/confirm/code/", {"code": code_of(secret), "next": CASELOAD}).url == CASELOAD
    assert client.get(CASELOAD).status_code == 200


def test_a_new_password_does_not_replace_the_factor(client, worker):
    give_app(worker)
    administrator = UserFactory(beheerder=True)
    worker.set_password("een andere zin van de beheerder")
    worker.save()
    browser = Client()
    browser.post("/login/", {"login": worker.username, "password": "een andere zin van de beheerder"})
    assert "_auth_user_id" not in browser.session
    assert administrator.pk != worker.pk


def test_the_admin_opens_with_the_factor_only(client):
    administrator = with_password(UserFactory(beheerder=True))
    secret = give_app(administrator)
    sign_in(client, administrator)
    assert client.get("/admin/").status_code == 302
    client.post("/login/second-factor/", {"code": code_of(secret)})
    assert client.get("/admin/").status_code == 200


def test_the_only_factor_stays(client, worker):
    secret = give_app(worker)
    sign_in(client, worker)
    client.post("/login/second-factor/", {"code": code_of(secret)})
    client.post("/confirm/code/", {"code": code_of(secret, later=1)})
    assert "enige tweede stap" in client.get("/security/app/remove/").content.decode()
    assert client.post("/security/app/remove/").status_code == 200
    assert Authenticator.objects.filter(user=worker, type="totp").exists()


def test_where_it_is_not_compulsory_it_can_be_removed(client, worker, settings):
    secret = give_app(worker)
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client, worker)
    client.post("/login/second-factor/", {"code": code_of(secret)})
    client.post("/confirm/code/", {"code": code_of(secret, later=1)})
    assert client.post("/security/app/remove/").url == SECURITY
    assert not Authenticator.objects.filter(user=worker).exists()


def test_protecting_pages_ask_again_who_you_are(client, worker):
    secret = give_app(worker)
    sign_in(client, worker)
    client.post("/login/second-factor/", {"code": code_of(secret)})
    for place in (
        "/security/app/remove/",
        "/security/codes/",
        "/security/codes/new/",
        "/security/passkeys/add/",
    ):
        assert client.get(place).url.startswith("/confirm/code/")


CONFIRMING = ["/confirm/code/", "/confirm/password/"]
WAY_BACK = "?leave=1"


@pytest.mark.parametrize("place", CONFIRMING)
def test_whoever_changed_their_mind_goes_back(client, worker, place):
    secret = give_app(worker)
    sign_in(client, worker)
    client.post("/login/second-factor/", {"code": code_of(secret)})
    page = client.get(client.get("/security/app/remove/").url).content.decode()
    assert "Niet nu" in page
    assert f'href="{WAY_BACK}"' in client.get(place, follow=True).content.decode()
    assert client.get(place + WAY_BACK, follow=True).redirect_chain[-1][0] != place
    assert Authenticator.objects.filter(user=worker, type="totp").exists()


def test_what_waited_for_the_answer_is_not_done_later(client, worker, settings):
    """Not now means not at the next answer either, which may be about something else."""
    settings.SECOND_FACTOR_REQUIRED = False
    secret = give_app(worker)
    sign_in(client, worker)
    client.post("/login/second-factor/", {"code": code_of(secret)})
    assert client.post("/security/app/remove/").url.startswith("/confirm/code/")
    assert client.get("/confirm/code/" + WAY_BACK).status_code == 302
    question = client.get("/security/app/remove/").url
    answer = {"code": code_of(secret, later=1), "next": "/security/app/remove/"}
    assert client.post(question, answer).status_code == 302
    assert Authenticator.objects.filter(user=worker, type="totp").exists()


@pytest.mark.parametrize("place", CONFIRMING)
def test_the_gate_itself_has_no_way_back(client, worker, place):
    give_app(worker)
    client.force_login(worker)
    page = client.get(client.get(CASELOAD).url).content.decode()
    assert "Niet nu" not in page
    assert client.get("/confirm/code/" + WAY_BACK).status_code == 200
    assert "Niet nu" not in client.get(place, follow=True).content.decode()


def test_where_no_factor_is_asked_for_the_question_has_a_way_back(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client, worker)
    assert "Niet nu" in client.get("/confirm/password/").content.decode()
    assert client.get("/confirm/password/" + WAY_BACK).url == "/"


def test_new_codes_replace_the_old_ones(client, worker):
    secret = give_app(worker)
    before = Authenticator.objects.get(user=worker, type="recovery_codes").wrap().get_unused_codes()
    sign_in(client, worker)
    client.post("/login/second-factor/", {"code": code_of(secret)})
    client.post("/confirm/code/", {"code": code_of(secret, later=1)})
    assert client.get("/security/codes/new/").status_code == 200
    assert client.post("/security/codes/new/").url == "/security/codes/"
    after = Authenticator.objects.get(user=worker, type="recovery_codes").wrap().get_unused_codes()
    assert not set(before) & set(after)


def test_the_secret_is_read_with_an_earlier_key(worker, settings):
    secret = give_app(worker)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key altogether"
    app = Authenticator.objects.get(user=worker, type="totp").wrap()
    assert app.validate_code(code_of(secret))


def test_the_demo_and_other_tests_work_on_a_password(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client, worker)
    assert client.get(CASELOAD).status_code == 200


def test_a_lost_phone_is_taken_away_by_an_administrator(client, worker):
    give_app(worker)
    administrator = UserFactory(beheerder=True)
    services.forget_second_factors(user=worker, by=administrator)
    assert not Authenticator.objects.filter(user=worker).exists()
    assert AuditEvent.objects.get(action="second_factors_forgotten").by == administrator
    sign_in(client, worker)
    assert client.get(CASELOAD).url == SECURITY


def test_whoever_has_the_lost_phone_is_out_and_its_owner_is_told(client, worker):
    type(worker).objects.filter(pk=worker.pk).update(email="maaike@example.org")
    secret = give_app(worker)
    sign_in(client, worker)
    client.post("/login/second-factor/", {"code": code_of(secret)})
    assert client.get(CASELOAD).status_code == 200
    services.forget_second_factors(user=worker, by=UserFactory(beheerder=True))
    assert client.get(CASELOAD).url.startswith("/login/")
    (message,) = deliver()
    assert message.to == ["maaike@example.org"]
    assert "Heb je hier niet om gevraagd?" in message.body


def test_half_a_sign_in_of_before_the_loss_is_worth_a_password(client, worker):
    """It stood before the question for the code when the factor was taken away."""
    secret = give_app(worker)
    assert sign_in(client, worker).url == "/login/second-factor/"
    services.forget_second_factors(user=worker, by=UserFactory(beheerder=True))
    client.post("/login/second-factor/", {"code": code_of(secret)})
    assert client.get(CASELOAD).status_code == 302


def test_an_administrator_does_not_take_away_the_own_factor():
    administrator = UserFactory(beheerder=True)
    give_app(administrator)
    with pytest.raises(RuleError):
        services.forget_second_factors(user=administrator, by=administrator)
    assert Authenticator.objects.filter(user=administrator).exists()


def test_taking_away_in_the_admin_waits_for_a_second_person(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    give_app(worker)
    client.force_login(UserFactory(beheerder=True))
    chosen = {"action": "forget_second_factors", "_selected_action": [worker.pk]}
    chosen["why"] = "Telefoon kwijt."
    assert client.post(reverse("admin:staff_user_changelist"), chosen).status_code == 302
    assert Authenticator.objects.filter(user=worker).exists()
    confirm_access_change(change=AccessChange.objects.get(), by=UserFactory(beheerder=True))
    assert not Authenticator.objects.filter(user=worker).exists()


def test_somebody_elses_passkey_is_not_found(client, worker, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    foreign = Authenticator.objects.create(
        user=UserFactory(), type="webauthn", data={"name": "k", "credential": {}}
    )
    sign_in(client, worker)
    client.post("/confirm/password/", {"password": PASSWORD})
    url = reverse("mfa_remove_webauthn", args=[foreign.pk])
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


def test_whoever_changes_how_they_sign_in_is_told_by_mail(client, worker):
    """Somebody behind an unlocked screen looks like them; the mailbox does not (OWASP ASVS 5.0, 6.3.7)."""
    worker.email = "maaike@example.org"
    worker.save()
    sign_in(client, worker)
    set_up_app(client)
    chosen = "een andere zin die ik onthoud"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen},
    )
    sent = deliver()
    assert [(message.to, message.subject) for message in sent] == [
        (["maaike@example.org"], "Je tweede stap voor Reis naar werk is veranderd"),
        (["maaike@example.org"], "Je wachtwoord voor Reis naar werk is veranderd"),
    ]
    assert all("Was jij het niet?" in message.body for message in sent)
    logged = AuditEvent.objects.filter(target_id=worker.public_id).order_by("pk")
    assert list(logged.values_list("action", flat=True))[-2:] == ["second_factor_added", "password_chosen"]

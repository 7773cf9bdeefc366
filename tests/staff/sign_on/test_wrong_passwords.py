"""Wrong passwords and codes: a pair of name and address waits, nobody locks a colleague or an office out."""

import pytest
from allauth.account import app_settings
from allauth.mfa import app_settings as mfa_settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from staff.models import SignInWarning
from staff.sign_on import services
from tests.factories import TeamFactory, UserFactory
from tests.ports import closed_port
from tests.staff.sign_on.second_factors import code_of, give_app

pytestmark = [pytest.mark.shows(2, 26), pytest.mark.django_db]

PASSWORD = "een lange zin die ik onthoud"
OFFICE, HOME = "192.0.2.10", "198.51.100.7"
WAIT = "Wacht vijf minuten"


@pytest.fixture(params=["Valkey", "nothing"])
def counted_by(request, settings):
    """What counts: Valkey, or the memory of the process while Valkey is down (ADR 20)."""
    if request.param == "nothing":
        nowhere = f"redis://127.0.0.1:{closed_port()}/0"
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": nowhere}}
        cache.clear()
    return request.param


def person_with_password(**facts):
    person = UserFactory(team=TeamFactory(), **facts)
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def maaike():
    return person_with_password(username="maaike", email="maaike@example.org")


def sign_in(name: str, password: str = PASSWORD, *, address: str = OFFICE, browser: Client | None = None):
    """A visit of its own: nothing but the network address is the same."""
    browser = browser or Client()
    answer = browser.post("/login/", {"login": name, "password": password}, REMOTE_ADDR=address)
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_after_five_wrong_passwords_this_name_waits_at_this_address_only(maaike, counted_by):
    for _attempt in range(5):
        assert WAIT not in sign_in("maaike", "verkeerd woord")
    assert WAIT in sign_in("maaike")
    assert WAIT in sign_in("MAAIKE")
    assert sign_in("maaike", address=HOME) == "in"


# Of a pair of name and address, or a warning without waiting (ADR 37); "login_failed" is the ceiling there.
COUNTED_BY_OURSELVES = {
    "login_failed", "wrong_password", "wrong_code", "wrong_passwords_of_person", "wrong_codes_of_person"
}  # fmt: skip
BEHIND_A_SECRET = {"calendar_feed"}  # used up only by who has the address of that calendar (ADR 63)
WITHOUT_A_PAGE = {"confirm_email", "request_login_code", "verify_phone"}  # nothing here asks those


def test_no_other_limit_can_be_used_up_for_somebody_else():
    """allauth's own limits included: "key" is what a visitor typed, "user" is whoever signed in."""
    limits = app_settings.RATE_LIMITS | mfa_settings.RATE_LIMITS
    by_key = {name for name, rates in limits.items() if rates and "/key" in rates}
    assert by_key - WITHOUT_A_PAGE == COUNTED_BY_OURSELVES | BEHIND_A_SECRET
    assert not {"account_confirm_email", "account_request_login_code"} & get_resolver().reverse_dict.keys()


def test_owner_is_not_locked_out_by_others_however_many_addresses_they_have(maaike):
    for number in range(60):
        sign_in("maaike", "verkeerd woord", address=f"203.0.113.{number}")
    assert sign_in("maaike", address=HOME) == "in"


def test_office_behind_one_address_signs_in_beside_a_colleague_who_keeps_typing(maaike, counted_by):
    for number in range(40):
        person_with_password(username=f"collega-{number}")
    for _attempt in range(200):
        sign_in("maaike", "verkeerd woord")
    for number in range(40):  # within a minute, each with a typo first
        assert sign_in(f"collega-{number}", "verkeerd woord") != "in"
        assert sign_in(f"collega-{number}") == "in"


def test_one_password_tried_on_everybody_stops_at_the_address(maaike, counted_by):
    answers = [sign_in(f"iemand-{number}", "Welkom2026!Welkom", address=HOME) for number in range(101)]
    assert not [answer for answer in answers[:100] if WAIT in answer]
    assert WAIT in answers[100]
    assert WAIT in sign_in("maaike", address=HOME)
    assert sign_in("maaike") == "in"


def test_own_account_of_the_attacker_does_not_empty_the_count(maaike):
    person_with_password(username="aanvaller")
    for number in range(100):
        sign_in(f"iemand-{number}", "verkeerd woord")
        if number % 4 == 0:
            sign_in("aanvaller")
    assert WAIT in sign_in("maaike")


def test_address_that_the_visitor_makes_up_is_not_believed(maaike, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = []
    for number in range(6):
        typed = {"login": "maaike", "password": "verkeerd woord"}
        forwarded = f"203.0.113.{number}, {HOME}"  # the last one is what our proxy saw
        answers.append(Client().post("/login/", typed, HTTP_X_FORWARDED_FOR=forwarded).content.decode())
    assert [WAIT in answer for answer in answers] == [False] * 5 + [True]


def test_unknown_name_gets_the_answers_of_a_known_one(maaike):
    answers = {name: [] for name in ("maaike", "niemand")}
    for name, got in answers.items():
        got += [WAIT in sign_in(name, "verkeerd woord") for _attempt in range(7)]
    assert answers["maaike"] == answers["niemand"]


def guess_from_everywhere(name: str) -> None:
    for number in range(12):
        sign_in(name, "verkeerd woord", address=f"203.0.113.{number}")


def test_guessing_from_many_addresses_warns_the_person_once_a_day(maaike, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+01:00")
    guess_from_everywhere("niemand")
    assert not SignInWarning.objects.exists()
    for _round in range(2):
        guess_from_everywhere("Maaike")
        cache.clear()
    warning = SignInWarning.objects.get()
    for _time in range(2):
        services.send_sign_in_warning(warning_pk=warning.pk)
    assert [(one.to, "Was jij het niet" in one.body) for one in mail.outbox] == [
        (["maaike@example.org"], True)
    ]
    time_machine.move_to("2026-03-03T09:30:00+01:00")
    guess_from_everywhere("maaike")
    assert SignInWarning.objects.count() == 2


def test_administrator_sees_for_whom_is_guessed(maaike, client):
    guess_from_everywhere("maaike")
    client.force_login(UserFactory(beheerder=True))
    page = client.get(reverse("admin:staff_signinwarning_changelist")).content.decode()
    assert str(maaike) in page
    assert "verkeerde wachtwoorden" in page


def code_page(*, address: str) -> Client:
    browser = Client(REMOTE_ADDR=address)
    assert sign_in("maaike", address=address, browser=browser) == "in"
    return browser


def type_code(browser: Client, code: str, *, address: str) -> str:
    answer = browser.post("/login/second-factor/", {"code": code}, REMOTE_ADDR=address)
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_wrong_codes_wait_at_this_address_and_the_person_is_warned(maaike, counted_by, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    secret = give_app(maaike)
    thief = code_page(address=HOME)
    for _attempt in range(5):
        assert WAIT not in type_code(thief, "000000", address=HOME)
    assert WAIT in type_code(thief, code_of(secret), address=HOME)
    assert type_code(code_page(address=OFFICE), code_of(secret), address=OFFICE) == "in"
    warning = SignInWarning.objects.get()
    services.send_sign_in_warning(warning_pk=warning.pk)
    assert (warning.kind, "je wachtwoord weet" in mail.outbox[0].body) == ("code", True)


def test_codes_of_one_person_have_a_ceiling_over_all_addresses(maaike, settings):
    """Who has the password does not go on guessing codes from a thousand addresses."""
    settings.SECOND_FACTOR_REQUIRED = True
    give_app(maaike)
    refused = 0
    for number in range(17):
        address = f"203.0.113.{number}"
        browser = code_page(address=address)
        answers = [type_code(browser, "000000", address=address) for _attempt in range(3)]
        refused += sum(WAIT in answer for answer in answers)
    assert refused == 1  # of 51

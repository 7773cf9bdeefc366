"""Passkeys in Chromium, with a virtual authenticator that has a finger on it; and the pages around them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect

from staff.models import User
from tests.browser.cases import NARROW, assert_no_sideways_scrolling
from tests.browser.passkey import plug_in
from tests.factories import TeamFactory, UserFactory
from tests.staff.sign_on.second_factors import code_of

pytestmark = pytest.mark.shows(2)

PASSWORD = "een lange zin die ik onthoud"


@pytest.fixture
def worker(transactional_db, settings) -> User:
    cache.clear()
    settings.SECOND_FACTOR_REQUIRED = True
    person = UserFactory(username="maaike", team=TeamFactory())
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def passkey_device(page: Page, context: BrowserContext) -> None:
    plug_in(context, page)


def sign_in_with_password(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("Gebruikersnaam").fill("maaike")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def confirm_with_password(page: Page) -> None:
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Verder").click()


def test_first_sign_in_leads_to_a_passkey_and_that_signs_in(page, worker, passkey_device, assert_accessible):
    sign_in_with_password(page)
    expect(page).to_have_url(re.compile("/security/$"))
    assert_accessible(page)
    page.get_by_role("link", name="Passkey toevoegen").click()
    assert_accessible(page)
    confirm_with_password(page)
    page.get_by_label("Naam van deze passkey").fill("Werklaptop")
    assert_accessible(page)
    page.get_by_role("button", name="Passkey toevoegen").click()
    expect(page).to_have_url(re.compile("/security/codes/$"))
    expect(page.locator(".codes li")).to_have_count(10)
    assert_accessible(page)
    page.goto("/caseload/")
    expect(page).to_have_url(re.compile("/caseload/"))
    page.goto("/security/")
    expect(page.get_by_text("Werklaptop", exact=True)).to_be_visible()

    page.context.clear_cookies()
    page.goto("/login/")
    assert_accessible(page)
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page).to_have_url(re.compile("/caseload/"))

    page.context.clear_cookies()
    sign_in_with_password(page)
    expect(page).to_have_url(re.compile("/login/second-factor/"))
    assert_accessible(page)
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect(page).to_have_url(re.compile("/caseload/"))


def test_setting_the_app_up_on_a_narrow_screen(page, worker, assert_accessible):
    page.set_viewport_size(NARROW)
    sign_in_with_password(page)
    page.get_by_role("link", name="App instellen").click()
    confirm_with_password(page)
    assert_accessible(page)
    assert_no_sideways_scrolling(page)
    page.get_by_label("Code uit de app").fill("000000")
    page.get_by_role("button", name="Klaar").click()
    expect(page.get_by_text("Deze code klopt niet.").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Code uit de app").fill(code_of(page.locator(".secret").inner_text()))
    page.get_by_role("button", name="Klaar").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert_no_sideways_scrolling(page)
    assert Authenticator.objects.filter(user=worker, type="totp").exists()


def test_a_passkey_that_does_not_come_is_told_beside_the_button(page, worker):
    """No authenticator here: the browser refuses, the page stays usable."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    added = devtools.send(
        "WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": False}}
    )
    assert added["authenticatorId"]
    page.goto("/login/")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()

"""Single sign-on in Chromium, through the pages of a real provider; our security policy stands in no way."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from staff.models import User
from tests.browser.cases import NARROW, assert_no_sideways_scrolling
from tests.factories import TeamFactory, UserFactory
from tests.openid_provider import OpenIDProvider
from tests.staff.sign_on.second_factors import code_of, give_app

pytestmark = pytest.mark.shows(2)

PASSWORD = "een lange zin die ik onthoud"


@pytest.fixture
def provider(openid_providers, settings, problems) -> OpenIDProvider:
    service = openid_providers[0]
    settings.SECOND_FACTOR_REQUIRED = True
    settings.OIDC_ISSUER = service.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "reis-naar-werk", "geheim"
    settings.OIDC_NAME = "Zorgpoort"
    service.publishes("own")
    service.knows("m-1", amr=["mfa"])
    return service


@pytest.fixture
def worker(transactional_db) -> User:
    cache.clear()
    person = UserFactory(username="maaike", team=TeamFactory())
    person.set_password(PASSWORD)
    person.save()
    return person


def approve_there(page: Page, provider: OpenIDProvider) -> None:
    expect(page).to_have_url(re.compile(re.escape(provider.issuer)))
    page.locator("input[name=sub]").fill("m-1")
    page.locator("input[name=sub]").press("Enter")


def test_linking_once_and_signing_in_with_it(page, problems, worker, provider, assert_accessible):
    secret = give_app(worker)
    page.goto("/login/")
    assert_accessible(page)
    page.get_by_label("Gebruikersnaam").fill("maaike")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Verder").click()
    expect(page).to_have_url(re.compile("/caseload/"))

    page.goto("/security/")
    assert_accessible(page)
    page.get_by_role("button", name="Koppelen met Zorgpoort").click()
    page.get_by_label("Code").fill(code_of(secret, later=1))
    page.get_by_role("button", name="Verder").click()
    approve_there(page, provider)
    expect(page.get_by_text("Je account is gekoppeld")).to_be_visible()
    assert_accessible(page)

    page.context.clear_cookies()
    page.goto("/employers/")
    page.get_by_role("button", name="Inloggen met Zorgpoort").click()
    approve_there(page, provider)
    problems.allow(re.escape(provider.issuer))
    expect(page).to_have_url(re.compile("/employers/"))


def test_unknown_person_reads_what_to_do(page, problems, worker, provider, assert_accessible):
    page.set_viewport_size(NARROW)
    page.goto("/login/")
    assert_no_sideways_scrolling(page)
    page.get_by_role("button", name="Inloggen met Zorgpoort").click()
    approve_there(page, provider)
    expect(page.get_by_role("heading", name="Je accounts zijn nog niet gekoppeld")).to_be_visible()
    problems.allow(re.escape(provider.issuer))
    problems.allow("403")
    assert_accessible(page)
    assert_no_sideways_scrolling(page)

"""The page of a citizen service number in Chromium: empty, recorded, refused, shown and removed."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.cases import NARROW, Caseload, assert_no_sideways_scrolling, make_caseload

pytestmark = pytest.mark.shows(12)

NUMBER, MASK = "111222333", "•••••••33"


@pytest.fixture
def cases(transactional_db, sign_in, settings) -> Caseload:
    settings.BSN_ENABLED, settings.BSN_INDEX_KEY = True, "x" * 40
    settings.BSN_KEYS = [urlsafe_b64encode(b"k" * 32).decode()]
    cases = make_caseload()
    sign_in(cases.worker)
    return cases


def every_state(page: Page, cases: Caseload) -> Iterator[str]:
    """From the file to the number and back, with a stop at each state of the pages."""
    page.goto(reverse("trajectories:client_overview", args=[cases.working.public_id]))
    page.locator("summary", has_text="Wijzigen").click()
    page.get_by_role("link", name="Burgerservicenummer").click()
    expect(page.get_by_text("Geen nummer vastgelegd")).to_be_visible()
    yield "empty"
    page.get_by_role("link", name="Vastleggen").click()
    page.get_by_label("Burgerservicenummer").fill("111222334")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("alert")).to_contain_text("geen burgerservicenummer")
    yield "refused"
    page.get_by_label("Burgerservicenummer").fill(NUMBER)
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text(MASK)).to_be_visible()
    yield "recorded"
    page.get_by_role("button", name="Hele nummer tonen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "without a reason"
    page.get_by_label("voor een aanvraag of melding bij UWV").check()
    page.get_by_role("button", name="Hele nummer tonen").click()
    expect(page.get_by_text(NUMBER)).to_be_visible()
    yield "shown"
    page.get_by_role("link", name="Klaar").click()
    page.get_by_role("link", name="Nummer verwijderen").click()
    expect(page.get_by_role("button", name="Nummer verwijderen")).to_be_visible()
    yield "remove"
    page.get_by_role("button", name="Nummer verwijderen").click()
    expect(page.get_by_text("Geen nummer vastgelegd")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible(page: Page, cases, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    for _state in every_state(page, cases):
        assert_accessible(page)


@pytest.mark.browser_context_args(viewport=NARROW)
def test_every_state_fits_on_a_narrow_screen(page: Page, cases):
    for _state in every_state(page, cases):
        assert_no_sideways_scrolling(page)


def test_number_stays_behind_nowhere_in_the_browser(page: Page, cases):
    for state in every_state(page, cases):
        if state == "shown":
            assert NUMBER not in page.url
            kept = "JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"
            assert NUMBER not in page.evaluate(kept)

"""What may be shared, in Chromium: agreed, withdrawn with one press, and the question of the contact form."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.cases import NARROW, Caseload, assert_no_sideways_scrolling, days_ago, make_caseload
from tests.factories import (
    ConsentFactory,
    ConsentTextFactory,
    ContactFactory,
    DisclosureFactory,
    SharingGroundFactory,
)
from trajectories.models import Contact

pytestmark = pytest.mark.shows(10)

WITHDRAW = re.compile("Intrekken.*UWV")
QUESTION = "Weet de werkgever over wie het gaat?"


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    ConsentTextFactory()
    person, worker = cases.learning, cases.worker
    ConsentFactory(client=person, recorded_by=worker)
    ConsentFactory(client=person, recipient="gemeente", ended_on=days_ago(1), recorded_by=worker)
    SharingGroundFactory(client=person, recorded_by=worker)
    DisclosureFactory(client=person, client_words="Zeg maar dat jij mij helpt.", recorded_by=worker)
    ContactFactory(client=person, staff=worker, employer_visit=True)
    sign_in(worker)
    return cases


def page_of(person, name: str = "trajectories:client_sharing") -> str:
    return reverse(name, args=[person.public_id])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(page: Page, cases, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    names = ("trajectories:client_sharing", "trajectories:client_sharing_print")
    forms = ("clients:consent_give", "clients:ground_record", "trajectories:disclosure_choose")
    for name in (*names, *forms):
        page.goto(page_of(cases.learning, name))
        assert_accessible(page)
    page.goto(page_of(cases.starting))  # nothing agreed yet
    assert_accessible(page)


@pytest.mark.browser_context_args(viewport=NARROW)
def test_no_page_scrolls_sideways(page: Page, cases):
    for name in ("trajectories:client_sharing", "clients:consent_give", "trajectories:disclosure_choose"):
        page.goto(page_of(cases.learning, name))
        assert_no_sideways_scrolling(page)


def test_consent_is_withdrawn_with_one_press_on_the_overview(page: Page, cases):
    page.goto(page_of(cases.learning, "trajectories:client_overview"))
    page.get_by_role("button", name=WITHDRAW).click()
    expect(page.get_by_text("Toestemming ingetrokken.")).to_be_visible()
    expect(page.get_by_role("button", name=WITHDRAW)).to_have_count(0)


def test_refused_consent_says_what_is_missing(page: Page, cases, assert_accessible):
    page.goto(page_of(cases.learning, "clients:consent_give"))
    page.get_by_role("radio", name="familie of naaste").check()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("alert", name="Er klopt iets niet")).to_be_focused()
    assert_accessible(page)
    expect(page.get_by_label("Wie is dat?")).to_be_visible()


def test_employer_contact_asks_once_and_leads_to_the_choice_and_back(page: Page, cases, assert_accessible):
    page.goto(reverse("trajectories:contact_write"))
    expect(page.get_by_text(QUESTION)).to_be_hidden()
    page.get_by_role("radio", name="werkgever").check()
    expect(page.get_by_text(QUESTION)).to_be_hidden()  # about nobody
    page.get_by_label("Cliënt (niet verplicht)").select_option(str(cases.learning.public_id))
    expect(page.get_by_text(QUESTION)).to_be_visible()
    named = page.get_by_role("group", name=QUESTION)
    expect(named.get_by_role("radio", name="nee")).to_be_checked()
    page.get_by_label("Werkgever", exact=True).fill("Hotel De Kade")
    page.get_by_label("Wat (niet verplicht)").fill("Kennisgemaakt.")
    named.get_by_role("radio", name="ja").check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("link", name="Keuze vastleggen")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Keuze vastleggen").click()
    page.get_by_label("Werkgever", exact=True).fill("Hotel De Kade")
    page.get_by_role("radio", name="ja").check()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_label("Wat (niet verplicht)")).to_have_value("Kennisgemaakt.")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert Contact.objects.get(note="Kennisgemaakt.").client_is_named is True

"""The caseload in Chromium: filters, tabs, keyboard, narrow screens, every state accessible."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.cases import NARROW, Caseload, assert_no_sideways_scrolling, make_caseload, tab_to
from tests.factories import TeamFactory, UserFactory

CASELOAD = reverse("trajectories:caseload_list")
ROW_LINK = "#caseload .row-name"


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    sign_in(cases.worker)
    return cases


def shown(page: Page) -> list[str]:
    return [name.split(",")[0] for name in page.locator(ROW_LINK).all_inner_texts()]


def test_who_needs_somebody_comes_first(page, cases):
    page.goto(CASELOAD)
    expect(page.locator(ROW_LINK)).to_have_count(3)
    assert shown(page)[-1] == "GROOT"
    row = page.locator(".row-item", has_text="JANSEN")
    expect(row.get_by_text("inloop")).to_be_visible()
    expect(row.locator(".row-attention").first).to_be_visible()


def test_filter_works_at_once_stands_in_the_url_and_the_back_button_undoes_it(page, cases):
    page.goto(CASELOAD)
    page.get_by_label("Fase").select_option("begeleid_werk")
    expect(page.locator(ROW_LINK)).to_have_text(["GROOT, Anna"])
    expect(page).to_have_url(re.compile(r"stage=begeleid_werk"))
    page.reload()
    expect(page.locator(ROW_LINK)).to_have_text(["GROOT, Anna"])
    expect(page.get_by_label("Fase")).to_have_value("begeleid_werk")
    page.get_by_label("Fase").select_option("")
    expect(page.locator(ROW_LINK)).to_have_count(3)
    expect(page).not_to_have_url(re.compile("stage="))
    page.go_back()
    expect(page.locator(ROW_LINK)).to_have_text(["GROOT, Anna"])
    expect(page.get_by_role("heading", name="Wie heeft mij vandaag nodig")).to_be_visible()


def test_filter_survives_reading_a_file_and_coming_back(page, cases):
    page.goto(CASELOAD)
    page.get_by_label("Fase").select_option("begeleid_werk")
    expect(page.locator(ROW_LINK)).to_have_text(["GROOT, Anna"])
    page.get_by_role("link", name="GROOT, Anna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("GROOT, Anna")
    page.go_back()
    expect(page.locator(ROW_LINK)).to_have_text(["GROOT, Anna"])
    expect(page.get_by_label("Fase")).to_have_value("begeleid_werk")


def test_team_is_a_tab_that_stands_in_the_url(page, cases):
    page.goto(CASELOAD)
    tabs = page.get_by_role("navigation", name="Wiens cliënten")
    expect(tabs.get_by_role("link", name="Mijn caseload 3")).to_have_attribute("aria-current", "page")
    tabs.get_by_role("link", name="Team 4").click()
    expect(page).to_have_url(re.compile(r"scope=team"))
    expect(page.locator(ROW_LINK)).to_have_count(4)
    page.get_by_label("Fase").select_option("begeleid_werk")
    expect(page.locator(ROW_LINK)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"scope=team&stage=begeleid_werk"))


def test_keyboard_alone_filters_and_opens_a_file(page, cases):
    page.goto(CASELOAD)
    tab_to(page, "select[name=stage]")
    page.keyboard.type("begeleid")
    expect(page.locator(ROW_LINK)).to_have_text(["GROOT, Anna"])
    expect(page.locator("#announcer")).to_have_text("1 cliënt")
    tab_to(page, ROW_LINK)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("GROOT, Anna")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible_and_fits_a_narrow_screen(page, cases, sign_in, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(NARROW)
    page.goto(f"{CASELOAD}?scope=team")
    expect(page.locator(ROW_LINK)).to_have_count(4)
    assert_accessible(page)
    assert_no_sideways_scrolling(page)
    page.goto(f"{CASELOAD}?stage=dagbesteding")
    expect(page.get_by_role("heading", name="Niemand past bij deze filters")).to_be_visible()
    assert_accessible(page)
    sign_in(UserFactory(team=TeamFactory()))
    page.goto(CASELOAD)
    expect(page.get_by_role("heading", name="Nog geen cliënten")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scrolling(page)


def test_wide_screen_is_accessible(page, cases, assert_accessible):
    page.goto(CASELOAD)
    page.get_by_text("Exporteer").click()
    expect(page.get_by_role("link", name="Excel (XLSX)")).to_be_visible()
    assert_accessible(page)

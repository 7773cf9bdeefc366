"""The end of a session as somebody at the screen meets it: warned in time, and nothing typed is lost."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from staff.models import StaffSession
from tests.browser.cases import NARROW, Caseload, assert_no_sideways_scrolling, make_caseload

pytestmark = pytest.mark.shows(2)

PASSWORD = "een lange zin die ik onthoud"
NOTE = "Anna belde over de bakkerij"


@pytest.fixture
def caseload(transactional_db) -> Caseload:
    cache.clear()
    caseload = make_caseload()
    caseload.worker.set_password(PASSWORD)
    caseload.worker.save()
    return caseload


def sign_in_with_password(page: Page, caseload: Caseload) -> None:
    page.get_by_label("Gebruikersnaam").fill(caseload.worker.username)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def test_warned_in_time_and_one_press_goes_on(page, caseload, settings, sign_in, assert_accessible):
    settings.SESSION_IDLE_SECONDS = 40  # the warning comes half-way; a busy machine has time to look at it
    sign_in(caseload.worker)
    page.set_viewport_size(NARROW)
    page.goto("/caseload/")
    warning = page.get_by_role("dialog", name="Ben je er nog?")
    expect(warning).to_be_visible(timeout=30_000)
    assert_accessible(page)
    assert_no_sideways_scrolling(page)
    before = StaffSession.objects.get().seen_at
    with page.expect_response("**/sessions/continue/") as answer:
        warning.get_by_role("button", name="Verder").click()
    assert answer.value.status == 204
    expect(warning).to_be_hidden()
    assert StaffSession.objects.get().seen_at > before


def test_nobody_answers_and_a_half_typed_form_survives(page, caseload, settings):
    place = f"/contacts/write/?client={caseload.learning.public_id}"
    page.goto(place)
    sign_in_with_password(page, caseload)
    settings.SESSION_IDLE_SECONDS = 8
    page.goto(place)
    note = page.locator("textarea[name=note]")
    note.fill(NOTE)
    expect(page).to_have_url(re.compile(r"/login/\?next="), timeout=25_000)
    expect(page.get_by_text("Je sessie is gestopt.")).to_be_visible()
    settings.SESSION_IDLE_SECONDS = 900
    sign_in_with_password(page, caseload)
    expect(page).to_have_url(re.compile("/contacts/write/"))
    expect(page.locator("textarea[name=note]")).to_have_value(NOTE)
    expect(page.get_by_text("Wat je eerder typte")).to_be_visible()


def test_a_form_that_is_sent_too_late_comes_back_with_what_was_typed(page, caseload, settings, context):
    """The session ended elsewhere: the page did not know."""
    place = f"/contacts/write/?client={caseload.learning.public_id}"
    page.goto(place)
    sign_in_with_password(page, caseload)
    page.goto(place)
    page.locator("textarea[name=note]").fill(NOTE)
    StaffSession.objects.all().delete()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page).to_have_url(re.compile(r"/login/\?next="))
    sign_in_with_password(page, caseload)
    expect(page.locator("textarea[name=note]")).to_have_value(NOTE)


def test_who_is_typing_is_kept(page, caseload, settings, sign_in):
    settings.SESSION_IDLE_SECONDS = 15
    sign_in(caseload.worker)
    page.goto(f"/contacts/write/?client={caseload.learning.public_id}")
    note = page.locator("textarea[name=note]")
    with page.expect_response("**/sessions/continue/") as answer:
        for _key in range(9):
            note.press_sequentially("a")
            page.wait_for_timeout(800)
    assert answer.value.status == 204
    expect(note).to_have_value("a" * 9)


def test_the_end_of_the_day_is_told(page, caseload, settings, sign_in):
    settings.SESSION_ABSOLUTE_SECONDS = 60
    sign_in(caseload.worker)
    page.goto("/caseload/")
    expect(page.get_by_text("Je bent al een hele werkdag ingelogd.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Ben je er nog?")).to_be_hidden()


def test_where_am_i_signed_in(page, caseload, sign_in, assert_accessible):
    sign_in(caseload.worker)
    sign_in(caseload.worker)
    page.set_viewport_size(NARROW)
    page.goto("/sessions/")
    assert_accessible(page)
    assert_no_sideways_scrolling(page)
    page.get_by_role("button", name="Alle andere beëindigen").click()
    expect(page.get_by_text("Je bent nu alleen hier ingelogd.").first).to_be_visible()
    assert StaffSession.objects.count() == 1

"""Signing in and out, the picture and the sheet of the journey, and the lists of the administration."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.cases import Caseload, make_caseload, tab_to
from tests.factories import UserFactory

PASSWORD = "een-lang-wachtwoord-voor-de-proef"


@pytest.fixture
def cases(transactional_db) -> Caseload:
    return make_caseload()


def test_sign_in_leads_to_the_caseload_and_sign_out_back(page, cases):
    cases.worker.set_password(PASSWORD)
    cases.worker.save()
    page.goto("/")
    page.get_by_label("Gebruikersnaam").fill(cases.worker.username)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wie heeft mij vandaag nodig")).to_be_visible()
    page.locator("details.person summary").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.goto(reverse("trajectories:caseload_list"))
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_journey_picture_says_in_words_what_it_draws_by_keyboard(page, cases, sign_in, assert_accessible):
    sign_in(cases.worker)
    page.goto(reverse("trajectories:client_journey", args=[cases.learning.public_id]))
    expect(page.get_by_role("img", name="De reis naar werk")).to_have_count(1)
    tab_to(page, "figure summary")
    page.keyboard.press("Enter")
    expect(page.locator(".journey-words li").first).to_be_visible()
    assert_accessible(page)


def test_sheet_for_the_client_is_accessible(page, cases, sign_in, assert_accessible):
    sign_in(cases.worker)
    page.goto(reverse("trajectories:client_journey_print", args=[cases.working.public_id]))
    assert_accessible(page)
    assert "C0" not in page.locator("main").inner_text()


def test_administration_lists_people_and_fits(page, cases, sign_in, assert_accessible):
    sign_in(UserFactory(beheerder=True))
    page.goto(reverse("admin:staff_user_changelist"))
    expect(page.get_by_text(cases.worker.username, exact=True)).to_be_visible()
    assert_accessible(page)

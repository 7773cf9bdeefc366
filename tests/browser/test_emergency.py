"""Emergency access and access reviews in Chromium: asked for, open, ended, judged; on every width."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.cases import NARROW, PHONE, assert_no_sideways_scrolling
from tests.personas import World, make_world

START, QUEUE = reverse("clients:emergency_start"), reverse("clients:review_list")


@pytest.fixture
def world(transactional_db) -> World:
    return make_world()


def ask(page: Page, world: World, last_name: str) -> None:
    page.goto(START)
    page.get_by_label("Cliëntnummer").fill(world.client.client_number)
    page.get_by_label("Achternaam").fill(last_name)
    page.get_by_label("de cliënt vraagt nu hulp").check()
    page.get_by_label("Leg uit in je eigen woorden").fill("Belde in paniek.")
    page.get_by_role("button", name="Open het dossier").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_question_to_verdict(page: Page, world, sign_in, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(world.people["other_worker"])
    page.goto(START)
    assert_accessible(page)
    ask(page, world, "Jansen")
    expect(page.get_by_text("Dit klopt niet met elkaar")).to_be_visible()
    assert_accessible(page)
    ask(page, world, world.client.last_name)
    banner = page.get_by_role("region", name="Noodprocedure")
    expect(banner).to_contain_text("Noodtoegang tot")
    assert_accessible(page)
    banner.get_by_role("button", name="Noodtoegang beëindigen").click()
    expect(page.get_by_text("Je noodtoegang is beëindigd.")).to_be_visible()
    sign_in(world.people["team_lead"])
    page.goto(QUEUE)
    assert_accessible(page)
    page.locator(".rows a").first.click()
    assert_accessible(page)
    page.get_by_label("verklaard door de medewerker").check()
    page.get_by_label("Toelichting").fill("Besproken.")
    page.get_by_role("button", name="Leg het oordeel vast").click()
    expect(page.get_by_text("Er wacht niets op een oordeel")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("width", [NARROW, PHONE])
def test_nothing_scrolls_sideways(page: Page, world, sign_in, width):
    page.set_viewport_size(width)
    sign_in(world.people["other_worker"])
    ask(page, world, world.client.last_name)
    expect(page.get_by_role("region", name="Noodprocedure")).to_be_visible()
    assert_no_sideways_scrolling(page)
    sign_in(world.people["team_lead"])
    for path in (START, QUEUE):
        page.goto(path)
        assert_no_sideways_scrolling(page)
    page.locator(".rows a").first.click()
    assert_no_sideways_scrolling(page)

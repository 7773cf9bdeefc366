"""Search in Chromium: live, by keyboard, accessible."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import ClientFactory, EmployerFactory


@pytest.fixture
def somebody(world):
    EmployerFactory(name="Bakkerij Groothuis", is_shared=True)
    return ClientFactory(team=world.team, first_name="Anna", name_prefix="de", last_name="Groot")


def test_results_follow_while_typing_and_open_by_keyboard(page, sign_in, world, somebody, assert_accessible):
    sign_in(world.people["teammate"])
    page.goto(reverse("trajectories:search"))
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    assert_accessible(page)
    box.press_sequentially("grooot")
    expect(page.get_by_role("link", name="GROOT, Anna de")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=grooot$"))
    assert_accessible(page)
    box.press("ArrowDown")
    expect(page.get_by_role("link", name="GROOT, Anna de")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    box.fill("zwanenberg")
    expect(page.get_by_role("heading", name="zwanenberg")).to_be_visible()
    assert_accessible(page)


def test_search_box_of_every_page_leads_here(page, sign_in, world, somebody):
    sign_in(world.people["teammate"])
    page.goto(reverse("trajectories:caseload_list"))
    page.keyboard.press("/")
    page.keyboard.type("Groothuis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Bakkerij Groothuis")).to_be_visible()


def test_search_fits_a_narrow_screen(page, sign_in, world, somebody):
    sign_in(world.people["teammate"])
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{reverse('trajectories:search')}?q=groot")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

"""The team's page and the figures in Chromium: from a number to its people, every state accessible."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reports.models import PeriodKind
from reports.runs.periods import previous_period
from reports.runs.services import store_run
from tests.browser.cases import NARROW, Caseload, assert_no_sideways_scrolling, days_ago, make_caseload
from tests.factories import JobFactory, TeamFactory, TrajectoryFactory, UserFactory

TEAM, RUNS, NOW = (reverse(f"reports:{name}") for name in ("team_dashboard", "run_list", "report_now"))


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    for number in range(4):
        trajectory = TrajectoryFactory(in_team=cases.team, enrolled_on=days_ago(700 + number))
        JobFactory(trajectory=trajectory, started_on=days_ago(300 - number))
    sign_in(cases.worker)
    return cases


@pytest.fixture
def run(cases):
    period = previous_period(PeriodKind.QUARTER, days_ago(0))
    return store_run(period_kind=period.kind, period_from=period.period_from, period_to=period.period_to)


def run_url(run) -> str:
    return reverse("reports:run_detail", args=[run.public_id])


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((fold) => (fold.open = true))")


def test_a_number_leads_to_its_people_and_a_name_to_the_file(page, cases):
    page.goto(TEAM)
    number = page.get_by_role("region", name="Werk op één dag").locator(".figure-count a").first
    people = int(number.inner_text())
    number.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aan het werk op één dag")
    expect(page.locator("main .row-name")).to_have_count(people)
    page.locator("main .row-name").first.click()
    expect(page).to_have_url(re.compile(r"/clients/[0-9a-f-]{36}/"))


def test_the_chart_is_one_image_with_its_message_and_its_table_one_click_away(page, cases):
    page.goto(TEAM)
    expect(page.get_by_role("img", name=re.compile("van de cliënten werkte in"))).to_have_count(1)
    table = page.get_by_role("table").filter(has_text="Interval")
    expect(table).to_be_hidden()
    page.get_by_text("Toon als tabel").click()
    expect(table.locator("tbody tr")).to_have_count(8)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_team_page_is_accessible(page, cases, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(TEAM)
    assert_accessible(page)
    open_all(page)
    assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_are_accessible(page, run, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    for url in (RUNS, run_url(run)):
        page.goto(url)
        open_all(page)
        assert_accessible(page)


def test_report_of_other_days_explains_what_is_wrong_at_its_field(page, cases, assert_accessible):
    page.goto(NOW)
    page.get_by_label("Tot en met").fill("2020-01-01")
    page.get_by_role("button", name="Bereken").click()
    expect(page.get_by_text("De laatste dag ligt voor de eerste dag.").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Tot en met").fill(days_ago(0).isoformat())
    page.get_by_label("Vanaf").fill(days_ago(400).isoformat())
    page.get_by_role("button", name="Bereken").click()
    expect(page.get_by_role("heading", name="In deze periode")).to_be_visible()
    assert_accessible(page)


def test_empty_states_are_accessible(page, transactional_db, sign_in, assert_accessible):
    sign_in(UserFactory())
    page.goto(TEAM)
    expect(page.get_by_role("heading", name="Je zit niet in een team")).to_be_visible()
    assert_accessible(page)
    sign_in(UserFactory(teamleider=True, team=TeamFactory()))
    for url in (TEAM, RUNS):
        page.goto(url)
        assert_accessible(page)


def test_monitor_reads_figures_without_small_numbers(page, run, sign_in, assert_accessible):
    sign_in(UserFactory(monitor=True))
    page.goto(run_url(run))
    expect(page.get_by_text("Aantallen onder de 5 zijn verborgen")).to_be_visible()
    open_all(page)
    assert_accessible(page)


def test_narrow_screens_do_not_scroll_sideways(page, run):
    page.set_viewport_size(NARROW)
    for url in (TEAM, RUNS, run_url(run), NOW):
        page.goto(url)
        assert_no_sideways_scrolling(page)
        open_all(page)
        assert_no_sideways_scrolling(page)

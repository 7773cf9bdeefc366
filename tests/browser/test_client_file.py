"""A client's file in Chromium: every tab and form, empty, filled and refused, on every width."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.cases import (
    NARROW,
    PHONE,
    Caseload,
    assert_no_sideways_scrolling,
    days_ago,
    make_caseload,
)
from tests.factories import ClientFactory, ContactFactory, JobFactory
from trajectories.journey import services
from trajectories.models import Stage

TABS = ("client_overview", "client_journey", "client_contacts", "client_work", "client_journey_print")


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    sign_in(cases.worker)
    return cases


def file_url(person, name: str = "client_overview") -> str:
    return reverse(f"trajectories:{name}", args=[person.public_id])


def fill(cases: Caseload) -> None:
    """Give the client at work a full file."""
    trajectory = cases.working.trajectories.get()
    services.correct_trajectory(
        trajectory=trajectory, wish="Ik wil met dieren werken.", next_step="Bellen.", by=cases.worker
    )
    services.move_to_stage(
        trajectory=trajectory, stage=Stage.DAGBESTEDING, on=trajectory.enrolled_on, by=cases.worker
    )
    ContactFactory(client=cases.working, staff=cases.worker, employer_visit=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_tab_is_accessible(page: Page, cases, assert_accessible, scheme):
    fill(cases)
    page.emulate_media(color_scheme=scheme)
    empty = ClientFactory(team=cases.team, followed_by=cases.worker, last_name="Leeg")
    for name in TABS:
        for person in (empty, cases.working):
            page.goto(file_url(person, name))
            for fold in page.locator("details.definition").all():
                fold.locator("summary").click()
            assert_accessible(page)


@pytest.mark.browser_context_args(viewport=NARROW)
def test_no_tab_scrolls_sideways_on_a_small_telephone(page: Page, cases):
    fill(cases)
    for name in TABS:
        page.goto(file_url(cases.working, name))
        assert_no_sideways_scrolling(page)


@pytest.mark.browser_context_args(viewport=PHONE)
def test_journey_has_a_drawing_of_its_own_for_a_telephone(page: Page, cases):
    page.goto(file_url(cases.working))
    expect(page.locator("svg.journey-narrow")).to_be_visible()
    expect(page.locator("svg.journey-wide")).to_be_hidden()


@pytest.mark.browser_context_args(viewport=PHONE)
def test_every_form_is_accessible_and_fits(page: Page, cases, assert_accessible):
    fill(cases)
    trajectory = cases.working.trajectories.get()
    job, period = trajectory.jobs.get(), trajectory.stage_periods.get()
    addresses = [
        reverse("clients:client_register"),
        reverse("clients:client_correct", args=[cases.working.public_id]),
        reverse("trajectories:trajectory_start", args=[cases.working.public_id]),
        *(
            reverse(f"trajectories:trajectory_{name}", args=[trajectory.public_id])
            for name in ("plan", "correct", "end")
        ),
        reverse("trajectories:stage_move", args=[trajectory.public_id]),
        *(reverse(f"trajectories:stage_{name}", args=[period.public_id]) for name in ("correct", "end")),
        reverse("trajectories:job_register", args=[trajectory.public_id]),
        *(reverse(f"trajectories:job_{name}", args=[job.public_id]) for name in ("correct", "end")),
    ]
    for address in addresses:
        page.goto(address)
        assert_accessible(page)
        assert_no_sideways_scrolling(page)


def test_refused_form_puts_the_focus_on_what_is_wrong(page: Page, cases, assert_accessible):
    page.goto(reverse("trajectories:job_register", args=[cases.learning.trajectories.get().public_id]))
    page.get_by_label("Wat voor werk").fill("kok")
    page.get_by_role("button", name="Registreren").click()
    summary = page.get_by_role("alert", name="Er klopt iets niet")
    expect(summary).to_be_focused()
    assert_accessible(page)
    expect(page.get_by_label("Wat voor werk")).to_have_value("kok")


def test_what_comes_next_asks_only_what_it_needs(page: Page, cases):
    page.goto(reverse("trajectories:job_end", args=[cases.working.trajectories.get().jobs.get().public_id]))
    stage, why = page.get_by_text("Naar welke fase"), page.get_by_text("Waarom eindigt het traject?")
    expect(stage).to_be_hidden()
    page.get_by_label("Naar een fase").check()
    expect(stage).to_be_visible()
    page.get_by_label("Het traject eindigt").check()
    expect(stage).to_be_hidden()
    expect(why).to_be_visible()


def test_duplicate_is_confirmed_with_one_more_press(page: Page, cases):
    page.goto(reverse("clients:client_register"))
    page.get_by_label("Voornaam").fill(cases.starting.first_name)
    page.get_by_label("Achternaam").fill("Janssen")
    page.get_by_role("button", name="Cliënt inschrijven").click()
    expect(page.get_by_role("link", name=cases.starting.list_name)).to_be_visible()
    page.get_by_role("button", name="Iemand anders: toch inschrijven").click()
    expect(page.get_by_role("heading", name="Traject starten")).to_be_visible()


def test_file_is_opened_and_changed_by_keyboard_alone(page: Page, cases):
    page.goto(file_url(cases.learning))
    page.get_by_text("Wijzigen", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Naar een fase")).to_be_visible()
    page.get_by_role("radio", name="inloop").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Bewaar").press("Enter")
    expect(page.get_by_text("Fase: inloop.")).to_be_visible()


def test_contacts_are_filtered_live_and_the_address_says_how(page: Page, cases):
    fill(cases)
    ContactFactory(client=cases.working, staff=cases.worker, note="Over het werk.")
    page.goto(file_url(cases.working, "client_contacts"))
    page.get_by_label("Soort").select_option("werkgever")
    expect(page.locator("#contacts").get_by_role("status")).to_have_text("1 contact")
    expect(page.get_by_text("Over het werk.")).to_be_hidden()
    expect(page).to_have_url(re.compile("kind=werkgever"))


def test_sheet_for_the_client_prints_on_one_page(page: Page, cases):
    trajectory = cases.learning.trajectories.get()
    words = "Ik wil met dieren werken, liefst buiten en niet te druk. " * 4
    services.correct_trajectory(trajectory=trajectory, wish=words, next_step=words, by=cases.worker)
    for number in range(3):
        for stage in (Stage.INLOOP, Stage.DAGBESTEDING, Stage.BEGELEID_WERK):
            on = days_ago(100 - number * 30 - 10 * list(Stage).index(stage))
            services.move_to_stage(trajectory=trajectory, stage=stage, on=on, by=cases.worker)
    JobFactory.create_batch(4, trajectory=trajectory, started_on=days_ago(60), occupation="medewerker")
    page.goto(file_url(cases.learning, "client_journey_print"))
    sheet = page.pdf(format="A4")
    assert re.findall(rb"/Count (\d+)", sheet) == [b"1"]

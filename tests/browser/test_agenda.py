"""The agenda in Chromium: a week on a desk, a day on a phone, and from a visit to its contact."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.cases import NARROW, PHONE, Caseload, assert_no_sideways_scrolling, make_caseload, tab_to
from tests.factories import AppointmentFactory, AttendeeFactory, OccurrenceFactory, UserFactory
from trajectories.models import Appointment, Contact, Occurrence

AGENDA, MAKE = "/agenda/", "/appointments/make/"


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    sign_in(cases.worker)
    return cases


@pytest.fixture
def full(cases) -> Appointment:
    """A week with one of everything; the visit of just after midnight has begun."""
    today, worker = timezone.localdate(), cases.worker
    visit = AppointmentFactory(
        client=cases.starting, made_by=worker, starts_on=today, starts_at=time(0), ends_at=time(0, 30)
    )
    beside = AppointmentFactory(
        client=cases.learning,
        made_by=worker,
        starts_on=today,
        starts_at=time(0),
        ends_at=time(1),
        weekly=True,
    )
    AttendeeFactory(appointment=beside, user=UserFactory(first_name="Joris", ervaringsdeskundige=True))
    for state, reached_out in (("cancelled", ""), ("kept", ""), ("missed", "gebeld")):
        told = AppointmentFactory(client=cases.working, made_by=worker, starts_on=today)
        OccurrenceFactory(appointment=told, state=state, reached_out=reached_out)
    series = AppointmentFactory(client=cases.starting, made_by=worker, starts_on=today, weekly=True)
    OccurrenceFactory(appointment=series, state="", starts_on=today, starts_at=time(23), ends_at=time(23, 30))
    AppointmentFactory(client=None, made_by=worker, all_day=True, starts_on=today, note="Scholing.")
    return visit


def test_from_a_visit_to_its_contact_in_two_interactions(page: Page, cases, full):
    page.goto(AGENDA)
    page.get_by_role("link", name="Gehad 00:00–00:30 JANSEN").click()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    contact = Contact.objects.get(client=cases.starting)
    assert (contact.staff, contact.minutes, contact.location) == (cases.worker, 30, "thuis")
    assert Occurrence.objects.get(appointment=full).state == "kept"
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("ngedaan gemaakt")).to_be_visible()
    assert not Occurrence.objects.filter(appointment=full).exists()


def test_keyboard_alone_makes_an_appointment(page: Page, cases):
    page.goto(AGENDA)
    tab_to(page, f"a[href^='{MAKE}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{MAKE}*")
    tab_to(page, "select[name=client]")
    page.keyboard.type("GROOT")
    tab_to(page, "textarea[name=note]")
    page.keyboard.type("Koffie.")
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Afspraak gemaakt")).to_be_visible()
    assert Appointment.objects.get().client == cases.learning


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_everything_works(page: Page, cases, full):
    page.goto(MAKE)
    page.get_by_label("De hele dag").check()
    page.get_by_label("Herhalen (niet verplicht)").select_option("weekly")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Afspraak gemaakt")).to_be_visible()
    page.goto(AGENDA)
    page.get_by_role("link", name="Niet gekomen 00:00–00:30 JANSEN").click()
    page.get_by_label("gebeld").check(force=True)
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("niet gekomen", exact=True)).to_be_visible()
    assert Occurrence.objects.get(appointment=full).reached_out == "gebeld"


@pytest.mark.browser_context_args(viewport=PHONE)
def test_a_phone_shows_one_day_and_turns_to_the_next(page: Page, cases, full):
    page.goto(AGENDA)
    today = page.locator(".agenda-day:visible")
    expect(today).to_have_count(1)
    page.get_by_role("navigation", name="Dagen", exact=True).get_by_role("link", name="Later").click()
    page.wait_for_url(f"**?day={timezone.localdate() + timedelta(days=1)}")
    expect(page.locator(".agenda-day:visible")).to_have_count(1)


def test_a_desk_shows_the_week(page: Page, cases, full):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(AGENDA)
    assert page.locator(".agenda-day:visible").count() >= 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible_and_fits_a_narrow_screen(page: Page, cases, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(NARROW)
    for url in (AGENDA, MAKE):  # empty
        page.goto(url)
        assert_accessible(page)
        assert_no_sideways_scrolling(page)
    page.get_by_label("Dag", exact=True).fill("geen dag")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("alert").or_(page.locator("[data-error-summary]")).first).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scrolling(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_full_pages_are_accessible_and_fit(page: Page, cases, full, assert_accessible, width):
    page.set_viewport_size({"width": width, "height": 900})
    one, series = f"/appointments/{full.public_id}/", Appointment.objects.exclude(repeats="").first()
    of_series = f"/appointments/{series.public_id}/"
    pages = [AGENDA, one, f"{one}missed/", f"{one}change/", f"{one}cancel/", of_series, f"{of_series}move/"]
    for url in pages:
        page.goto(url)
        assert_accessible(page)
        assert_no_sideways_scrolling(page)


def test_with_text_of_twice_the_size_nothing_is_lost(page: Page, cases, full):
    page.set_viewport_size({"width": 640, "height": 900})
    for url in (AGENDA, MAKE):
        page.goto(url)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert_no_sideways_scrolling(page)

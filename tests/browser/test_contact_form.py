"""Writing a contact in Chromium: with a thumb, by keyboard, through dropped sessions, exactly once."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.cases import PHONE, Caseload, assert_no_sideways_scrolling, make_caseload, tab_to
from tests.factories import EmployerFactory
from trajectories.models import Contact

CASELOAD = reverse("trajectories:caseload_list")
WRITE = reverse("trajectories:contact_write")
THUMB = 40  # px: what a thumb hits without looking
CLIENT, WHAT = "Cliënt (niet verplicht)", "Wat (niet verplicht)"
PASSWORD = "een-lang-wachtwoord-voor-de-proef"


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    sign_in(cases.worker)
    return cases


def choose_client(page: Page, cases: Caseload) -> None:
    page.get_by_label(CLIENT).select_option(str(cases.learning.public_id))


def written() -> Contact:
    return Contact.objects.get(note="Koffie gedronken bij de kringloop.")


@pytest.mark.browser_context_args(viewport=PHONE, has_touch=True, is_mobile=True)
def test_contact_is_written_with_a_thumb(page, cases):
    page.goto(CASELOAD)
    page.get_by_role("link", name="Contact", exact=True).tap()
    choose_client(page, cases)
    for label in ("steun", "thuis", "15", "ja"):
        chip = page.get_by_role("radio", name=label, exact=True)
        assert chip.bounding_box()["height"] >= THUMB, label
        chip.tap()
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    save = page.get_by_role("button", name="Bewaar", exact=True)
    assert save.bounding_box()["height"] >= THUMB
    assert_no_sideways_scrolling(page)
    save.tap()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    contact = written()
    assert (contact.kind, contact.location, contact.minutes) == ("steun", "thuis", 15)
    assert (contact.client, contact.staff, contact.face_to_face) == (cases.learning, cases.worker, True)


def test_contact_is_written_by_keyboard_alone(page, cases):
    page.goto(CASELOAD)
    page.locator("#main").focus()
    page.keyboard.press("c")
    page.wait_for_url(f"**{WRITE}")
    tab_to(page, "select[name=client]")
    page.keyboard.type("GROOT")
    tab_to(page, "textarea[name=note]")
    page.keyboard.type("Koffie gedronken bij de kringloop.")
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert (written().client, written().kind, written().minutes) == (cases.learning, "werk", 30)


def test_what_was_typed_outlives_the_session(page, cases, context, sign_in):
    cases.worker.set_password(PASSWORD)
    cases.worker.save()
    sign_in(cases.worker)
    page.goto(WRITE)
    choose_client(page, cases)
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    page.get_by_label("Gebruikersnaam").fill(cases.worker.username)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(f"**{WRITE}")
    expect(page.get_by_label(WHAT)).to_have_value("Koffie gedronken bij de kringloop.")
    expect(page.get_by_label(CLIENT)).to_have_value(str(cases.learning.public_id))
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert written().client == cases.learning


def test_double_click_writes_one_contact(page, cases):
    page.goto(WRITE)
    choose_client(page, cases)
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    page.get_by_role("button", name="Bewaar", exact=True).dblclick()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert written().client == cases.learning


def test_sending_again_with_the_back_button_writes_one_contact(page, cases):
    page.goto(WRITE)
    choose_client(page, cases)
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    page.evaluate("document.querySelector('form.form-page').removeAttribute('data-draft')")
    number = page.locator("input[name=form_number]").input_value()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    page.goto(WRITE)
    choose_client(page, cases)
    page.locator("input[name=form_number]").evaluate("(field, number) => { field.value = number }", number)
    page.get_by_label(WHAT).fill("Koffie gedronken, en naar huis gelopen.")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Dit formulier is al opgeslagen")).to_be_visible()
    assert Contact.objects.filter(client=cases.learning).count() == 2  # the other is three days old


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_refused_contact_explains_itself_and_keeps_what_was_typed(page, cases, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(WRITE)
    assert_accessible(page)
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    summary = page.get_by_role("alert", name="Er klopt iets niet")
    expect(summary).to_be_focused()
    assert_accessible(page)
    expect(page.get_by_label(WHAT)).to_have_value("Koffie gedronken bij de kringloop.")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label(CLIENT)).to_be_focused()
    assert not Contact.objects.filter(note__contains="Koffie").exists()


def test_save_and_next_gives_an_empty_form_for_the_next_contact(page, cases):
    page.goto(f"{WRITE}?client={cases.learning.public_id}")
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    page.get_by_role("button", name="Bewaar en volgende").click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    page.wait_for_url(f"**{WRITE}")
    expect(page.get_by_label(WHAT)).to_have_value("")
    expect(page.get_by_label(CLIENT)).to_have_value("")
    assert page.locator("input[name=form_number]").input_value() != str(written().public_id)


@pytest.mark.browser_context_args(viewport=PHONE)
def test_employer_is_asked_where_the_contact_was_with_an_employer(page, cases, assert_accessible):
    page.goto(WRITE)
    box = page.get_by_label("Gesproken met iemand die over aannemen beslist")
    expect(box).to_be_hidden()
    page.get_by_role("radio", name="werkgever").check()
    expect(box).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("alert", name="Er klopt iets niet")).to_be_focused()
    page.get_by_label("Werkgever", exact=True).fill("Kringloop De Cirkel")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert Contact.objects.get(kind="werkgever").employer.name == "Kringloop De Cirkel"


SEARCH = "Naam of nummer van een cliënt"


def test_client_of_a_colleague_is_found_by_typing(page, cases):
    page.goto(WRITE)
    assert "VISSER" not in page.get_by_label(CLIENT).inner_text()
    page.get_by_role("searchbox", name=SEARCH).press_sequentially("viser")
    expect(page.get_by_label(CLIENT).get_by_role("option", name="VISSER")).to_have_count(1)
    page.keyboard.press("ArrowDown")  # the only one that was found
    expect(page.get_by_label(CLIENT)).to_have_value(str(cases.of_colleague.public_id))
    expect(page.get_by_role("searchbox", name=SEARCH)).to_have_value("")
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert written().client == cases.of_colleague


def test_client_who_was_found_by_typing_is_put_back_with_the_rest(page, cases):
    page.goto(WRITE)
    page.get_by_role("searchbox", name=SEARCH).press_sequentially("visser")
    expect(page.get_by_label(CLIENT).get_by_role("option", name="VISSER")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.get_by_label(WHAT).fill("Koffie gedronken bij de kringloop.")
    page.reload()
    expect(page.get_by_label(CLIENT)).to_have_value(str(cases.of_colleague.public_id))
    expect(page.get_by_label(CLIENT).get_by_role("option", name="VISSER")).to_have_count(1)
    expect(page.locator(".draft-note")).to_be_visible()  # nothing is on its way when the test ends


def test_employers_come_while_typing(page, cases):
    EmployerFactory(name="Bakkerij De Korenschoof", is_shared=True)
    page.goto(f"{WRITE}?kind=werkgever")
    page.locator("[name=employer_name]").press_sequentially("koren")
    expect(page.locator("#employers option[value='Bakkerij De Korenschoof']")).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
def test_list_opens_under_the_box(page, cases, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(WRITE)
    page.get_by_role("searchbox", name=SEARCH).press_sequentially("visser")
    expect(page.locator("select[data-picker][size]")).to_be_visible()
    assert_no_sideways_scrolling(page)

"""No way in which typed text can get lost or be saved twice, tried in the browser with real failures."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from staff.models import Draft, SavedForm, StaffSession
from tests.browser.cases import NARROW, Caseload, assert_no_sideways_scrolling, make_caseload
from trajectories.models import Contact

pytestmark = pytest.mark.shows(17)

WRITE = "/contacts/write/"
NOTE = "Koffie gedronken bij de kringloop."
WHAT, CLIENT = "Wat (niet verplicht)", "Cliënt (niet verplicht)"
PASSWORD = "een lange zin die ik onthoud"
NO_DRAFTS = "Object.keys(sessionStorage).every((key) => !key.startsWith('draft:'))"
NOT_SAVED = re.compile("Nog niet opgeslagen|Niet opgeslagen")


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    cases.worker.set_password(PASSWORD)
    cases.worker.save()
    sign_in(cases.worker)
    return cases


def type_a_contact(page: Page, cases: Caseload, note: str = NOTE) -> None:
    page.goto(WRITE)
    page.get_by_label(CLIENT).select_option(str(cases.learning.public_id))
    page.get_by_label(WHAT).fill(note)


def say_where(page: Page) -> None:
    """A contact that came from a file says no place; whoever corrects it does."""
    page.get_by_role("radio", name="elders").check()


def save(page: Page) -> None:
    page.get_by_role("button", name="Bewaar", exact=True).click()


def saved(page: Page) -> None:
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert Contact.objects.filter(note=NOTE).count() == 1


def is_kept(page: Page) -> None:
    expect(page.get_by_text("Bewaard als concept.")).to_be_visible()


def stays(page: Page) -> None:
    expect(page.get_by_role("alert").filter(has_text=NOT_SAVED)).to_be_visible()
    expect(page.get_by_label(WHAT)).to_have_value(NOTE)


def sign_in_again(page: Page, cases: Caseload) -> None:
    page.get_by_label("Gebruikersnaam").fill(cases.worker.username)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def test_without_a_connection_it_stays_and_is_sent_when_there_is_one(page, cases, context, problems):
    type_a_contact(page, cases)
    is_kept(page)
    context.set_offline(True)
    save(page)
    stays(page)
    assert not Contact.objects.filter(note=NOTE).exists()
    context.set_offline(False)
    saved(page)
    assert page.evaluate(NO_DRAFTS)
    problems.allow("ERR_INTERNET_DISCONNECTED")
    assert NOTE not in page.evaluate("JSON.stringify(localStorage)")


def test_an_answer_that_is_lost_on_its_way_saves_once(page, cases, problems):
    """The server saved it, and the line dropped before it could say so."""
    type_a_contact(page, cases)
    answers = []

    def drop_the_first(route: Route) -> None:
        if route.request.method == "POST" and not answers:
            answers.append(route.fetch())
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"**{WRITE}", drop_the_first)
    save(page)
    expect(page.get_by_text("Dit was al opgeslagen. Het staat er één keer.")).to_be_visible()
    problems.allow("ERR_CONNECTION_RESET")
    assert Contact.objects.filter(note=NOTE).count() == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_an_answer_that_says_no_leaves_everything_there(page, cases, problems, status):
    type_a_contact(page, cases)
    refused = []

    def refuse_the_first(route: Route) -> None:
        if route.request.method == "POST" and not refused:
            refused.append(status)
            route.fulfill(status=status, content_type="text/html", body="<h1>Er ging iets mis</h1>")
        else:
            route.continue_()

    page.route(f"**{WRITE}", refuse_the_first)
    save(page)
    stays(page)
    if status in (500, 429):
        save(page)
    problems.allow(rf"status of {status}")
    saved(page)


def test_a_page_that_is_older_than_its_session_is_sent_with_a_new_mark(page, cases, context, problems):
    """403: somebody signed in again in another tab."""
    type_a_contact(page, cases)
    token = page.locator("form.form-page input[name=csrfmiddlewaretoken]")
    token.evaluate("field => { field.value = 'x'.repeat(64) }")
    save(page)
    problems.allow("status of 403")
    saved(page)


def test_a_session_that_is_gone_asks_to_sign_in_and_brings_it_back(page, cases):
    type_a_contact(page, cases)
    StaffSession.objects.all().delete()
    save(page)
    expect(page).to_have_url(re.compile(r"/login/\?next="))
    sign_in_again(page, cases)
    expect(page.get_by_label(WHAT)).to_have_value(NOTE)
    save(page)
    saved(page)


def test_a_tab_that_was_closed_and_another_device_have_it(page, cases, browser, context: BrowserContext):
    type_a_contact(page, cases)
    is_kept(page)
    page.close()
    again = context.new_page()
    again.goto(WRITE)
    expect(again.get_by_label(WHAT)).to_have_value(NOTE)
    expect(again.get_by_text("Wat je eerder typte, staat weer in dit formulier.")).to_be_visible()
    phone = browser.new_context(**{"base_url": again.url.split(WRITE)[0], "viewport": NARROW})
    phone.add_cookies(context.cookies())
    on_phone = phone.new_page()
    on_phone.goto(WRITE)
    expect(on_phone.get_by_label(WHAT)).to_have_value(NOTE)
    on_phone.get_by_role("button", name="Bewaar", exact=True).click()
    saved(on_phone)
    assert not Draft.objects.exists()
    phone.close()
    again.reload()
    expect(again.get_by_label(WHAT)).to_have_value("")


def test_back_after_saving_does_not_save_it_again(page, cases):
    type_a_contact(page, cases)
    save(page)
    saved(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Contact schrijven")).to_be_visible()
    page.wait_for_load_state()
    expect(page.get_by_label(WHAT)).to_have_value("")  # the browser would put it back under a new number
    assert Contact.objects.filter(note=NOTE).count() == 1


def test_what_is_added_after_saving_is_shown_beside_it_and_goes_along(page, cases):
    type_a_contact(page, cases)
    number = page.locator("input[name=form_number]").input_value()
    save(page)
    saved(page)
    type_a_contact(page, cases, note=f"{NOTE} Zij wil graag terug.")
    page.locator("input[name=form_number]").evaluate("(field, number) => { field.value = number }", number)
    save(page)
    expect(page.get_by_role("heading", name="Dit formulier is al opgeslagen")).to_be_visible()
    page.get_by_role("link", name="Pas aan wat er staat").click()
    expect(page.get_by_label(WHAT)).to_have_value(f"{NOTE} Zij wil graag terug.")
    say_where(page)
    save(page)
    expect(page.get_by_text("Contact verbeterd.")).to_be_visible()
    assert Contact.objects.get(client=cases.learning, note__startswith=NOTE).note.endswith("terug.")


def test_two_people_in_one_form_both_see_both(page, cases, context, assert_accessible):
    contact = Contact.objects.get(client=cases.learning)
    place = f"/contacts/{contact.public_id}/correct/"
    other = context.new_page()
    for tab in (page, other):  # both before anything is typed: a tab opened later takes over the draft
        tab.goto(place)
    for tab in (page, other):
        say_where(tab)
    other.get_by_label(WHAT).fill("Samen naar de kringloop.")
    save(other)
    expect(other.get_by_text("Contact verbeterd.")).to_be_visible()
    page.set_viewport_size(NARROW)
    page.get_by_label(WHAT).fill("Alleen naar de kringloop.")
    save(page)
    expect(page.get_by_role("heading", name="Je hebt dit zelf ergens anders veranderd")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scrolling(page)
    expect(page.get_by_label(WHAT)).to_have_value("Alleen naar de kringloop.")
    expect(page.locator("dl.versions dt")).to_have_text(["Wat"])
    page.get_by_role("button", name="Neem dit over: Wat").click()
    expect(page.get_by_label(WHAT)).to_have_value("Samen naar de kringloop.")
    save(page)
    expect(page.get_by_text("Contact verbeterd.")).to_be_visible()
    contact.refresh_from_db()
    assert contact.note == "Samen naar de kringloop."


def test_starting_empty_throws_it_away_everywhere(page, cases):
    type_a_contact(page, cases)
    is_kept(page)
    page.reload()
    page.get_by_role("button", name="Begin leeg").click()
    expect(page.get_by_label(WHAT)).to_have_value("")
    page.reload()
    expect(page.get_by_label(WHAT)).to_have_value("")
    assert not Draft.objects.exists()


def test_somebody_else_in_this_tab_sees_nothing_of_it(page, cases, sign_in):
    type_a_contact(page, cases)
    is_kept(page)
    sign_in(cases.of_colleague.assignments.get().user)
    page.goto(WRITE)
    expect(page.get_by_label(WHAT)).to_have_value("")
    assert NOTE not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_refused_form_is_told_at_its_place_and_keeps_its_draft(page, cases, problems):
    page.goto(WRITE)
    page.get_by_label(WHAT).fill(NOTE)
    is_kept(page)
    save(page)
    summary = page.get_by_role("alert", name="Er klopt iets niet")
    expect(summary).to_be_focused()
    expect(page.get_by_label(WHAT)).to_have_value(NOTE)
    page.goto("/caseload/")
    page.goto(WRITE)
    expect(page.get_by_label(WHAT)).to_have_value(NOTE)
    assert SavedForm.objects.count() == 0


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_a_form_is_saved_once_as_well(page, cases):
    type_a_contact(page, cases)
    save(page)
    saved(page)

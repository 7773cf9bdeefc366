"""The design system in Chromium: accessible in every look, never too wide, and its scripts do their work."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.template.loader import get_template
from playwright.sync_api import Page, Route, expect

from tests.factories import UserFactory
from tests.project.kitchen_sink import ExampleForm, kitchen_sink, render

WIDTHS = [1280, 320]
SCHEMES = ["light", "dark"]
POLICY = "; ".join(
    f"{name} {' '.join(values)}" for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
DRAFT_PAGE = (
    '{% extends "layouts/app.html" %}{% block title %}Proef{% endblock %}{% block content %}<h1>Contact</h1>'
    '{% include "components/form.html" with form=form submit_label="Bewaar" draft=True %}{% endblock %}'
)
SHELL = {
    "nav": [], "contact_url": "/new/", "search_url": "/search/", "language_url": None, "is_demo": False,
    "person_name": "Maaike Postma", "role_label": "IPS-trajectbegeleider",
}  # fmt: skip


@pytest.fixture
def serve(page: Page, live_server):
    """`serve(path, html)` answers that address with this page, under the product's own security policy.

    With " htmx" behind the path it is what htmx gets there.
    """
    answers: dict[str, str] = {}

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        is_htmx = "hx-request" in route.request.headers
        html = answers.get(f"{path} htmx" if is_htmx else path)
        if html is None:
            route.continue_()
        else:
            route.fulfill(
                body=html,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )

    page.route(f"{live_server.url}/**", answer)
    return answers.__setitem__


def assert_fits(page: Page) -> None:
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_component_is_accessible_and_fits(page, serve, assert_accessible, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    serve("/sink/", kitchen_sink())
    page.goto("/sink/")
    page.evaluate("document.querySelectorAll('details.definition').forEach((fold) => { fold.open = true })")
    assert_accessible(page)
    assert_fits(page)


def test_everything_fits_with_text_of_twice_the_size(page, serve):
    page.set_viewport_size({"width": 640, "height": 900})
    serve("/sink/", kitchen_sink())
    page.goto("/sink/")
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert_fits(page)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["403", "404", "500"])
def test_error_page_is_accessible_and_fits(page, serve, assert_accessible, name, scheme):
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme=scheme)
    serve("/error/", get_template(f"{name}.html").render({}))
    page.goto("/error/")
    assert_accessible(page)
    assert_fits(page)


def test_touch_targets_are_large_enough(page, serve):
    page.set_viewport_size({"width": 320, "height": 900})
    serve("/sink/", kitchen_sink())
    page.goto("/sink/")
    small = page.evaluate(
        """[...document.querySelectorAll('a, button, summary, input, select')]
        .filter((target) => target.offsetParent && !target.closest('p, .error-summary, .visually-hidden'))
        .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
        .filter(([html, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
    )
    assert small == []


def test_paper_shows_the_page_without_the_shell(page, serve):
    serve("/sink/", kitchen_sink())
    page.goto("/sink/")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_hidden()
    expect(page.get_by_role("link", name="Contact", exact=True)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_first_tab_stop_skips_to_the_content(page, serve):
    serve("/draft/", render(DRAFT_PAGE, shell=SHELL))
    page.goto("/draft/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_slash_goes_to_search_and_c_to_a_new_contact(page, serve):
    serve("/draft/", render(DRAFT_PAGE, shell=SHELL))
    serve("/new/", render(DRAFT_PAGE, shell=SHELL))
    page.goto("/draft/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("c/")
    expect(page.get_by_role("searchbox")).to_have_value("c/")
    page.locator("#main").focus()
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/new/$"))


def test_menu_closes_on_escape_and_gives_the_focus_back(page, serve):
    serve("/draft/", render(DRAFT_PAGE, shell=SHELL))
    page.goto("/draft/")
    summary = page.locator("details.person summary")
    summary.click()
    expect(page.get_by_role("button", name="Uitloggen")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Uitloggen")).to_be_hidden()
    expect(summary).to_be_focused()


def test_refused_form_puts_the_focus_on_the_summary(page, serve):
    html = render(DRAFT_PAGE.replace("form=form", "form=bound_form"), shell=SHELL)
    serve("/draft/", html)
    page.goto("/draft/")
    expect(page.get_by_role("alert", name="Er klopt iets niet")).to_be_focused()
    page.get_by_role("link", name="Cliënt: Dit veld is verplicht.").click()
    expect(page.get_by_label("Cliënt", exact=True)).to_be_focused()


def test_form_is_sent_once(page, serve):
    serve("/draft/", render(DRAFT_PAGE, shell=SHELL))
    page.goto("/draft/")
    sent = page.evaluate(
        """() => {
          let sent = 0;
          document.addEventListener("submit", (event) => { sent += 1; event.preventDefault(); });
          const button = document.querySelector("form[data-draft] button[type=submit]");
          button.click(); button.click(); button.click();
          return sent;
        }"""
    )
    assert sent == 1


LIST_PAGE = (
    '{% extends "layouts/app.html" %}{% block title %}Lijst{% endblock %}{% block content %}<h1>Lijst</h1>'
    '{% include "components/filter_bar.html" with form=filter_form target="#rows" keep=keep only %}'
    '<div id="rows"><p role="status">18 cliënten</p></div>{% endblock %}'
)


def test_filters_work_at_once_and_stand_alone_in_the_address(page, serve):
    serve("/list/", render(LIST_PAGE, shell=SHELL))
    serve("/list/ htmx", '<p role="status">3 cliënten</p>')
    page.goto("/list/?scope=team&filter-q=oud&page=2")
    page.get_by_label("Alleen met signaal").check()
    expect(page.locator("#rows")).to_have_text("3 cliënten")
    expect(page.locator("#announcer")).to_have_text("3 cliënten")
    expect(page).to_have_url(re.compile(r"/list/\?scope=mine&filter-signal=on$"))


def test_answer_of_the_sign_in_page_is_not_put_into_the_list(page, serve):
    serve("/list/", render(LIST_PAGE, shell=SHELL))
    login = render('{% extends "layouts/plain.html" %}{% block title %}Inloggen{% endblock %}', shell=SHELL)
    serve("/list/ htmx", login)
    page.goto("/list/")
    serve("/list/", login)
    page.get_by_label("Alleen met signaal").click(no_wait_after=True)
    expect(page).to_have_title(re.compile("Inloggen · Reis naar werk$"))  # the forms of this test have errors


def test_lost_line_is_told_and_nothing_disappears(page, serve, problems):
    serve("/list/", render(LIST_PAGE, shell=SHELL))
    page.goto("/list/")
    page.route("**/list/*", lambda route: route.abort())
    page.get_by_label("Alleen met signaal").check()
    expect(page.get_by_text("Dat lukte niet.").first).to_be_visible()
    problems.allow("ERR_FAILED|htmx:")
    expect(page.locator("#rows")).to_have_text("18 cliënten")


def test_field_shows_when_it_matters(page, serve):
    form = ExampleForm(initial={"kind": "werk"})
    form.fields["minutes"].widget.attrs["data-show-if"] = "kind:werkgever,overleg"
    serve("/draft/", render(DRAFT_PAGE, shell=SHELL, form=form))
    page.goto("/draft/")
    expect(page.get_by_label("Duur in minuten")).to_be_hidden()
    page.get_by_role("radio", name="overleg").check()
    expect(page.get_by_label("Duur in minuten")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sheet_to_print_is_accessible_and_fits(page, serve, assert_accessible, scheme):
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme=scheme)
    sheet = (
        '{% extends "layouts/print.html" %}{% block title %}Mijn reis naar werk{% endblock %}'
        "{% block print_title %}Mijn reis naar werk{% endblock %}{% block print_meta %}2026{% endblock %}"
        '{% block content %}<ol class="journey-words"><li>Ik begon bij de inloop.</li></ol>{% endblock %}'
    )
    serve("/sheet/", render(sheet, shell=SHELL))
    page.goto("/sheet/")
    assert_accessible(page)
    assert_fits(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Afdrukken")).to_be_hidden()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sign_in_page_is_accessible_and_explains_a_refusal(page, assert_accessible, scheme):
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme=scheme)
    page.goto("/login/")
    assert_accessible(page)
    page.get_by_label("Gebruikersnaam").fill("niemand")
    page.get_by_label("Wachtwoord").fill("verkeerd-wachtwoord")
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_role("alert", name="Er klopt iets niet")).to_be_focused()
    expect(page.get_by_label("Gebruikersnaam")).to_have_value("niemand")
    expect(page.get_by_label("Wachtwoord")).to_have_value("")
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_administration_is_accessible_in_our_colours(
    page, sign_in, assert_accessible, transactional_db, scheme
):
    page.emulate_media(color_scheme=scheme)
    sign_in(UserFactory(beheerder=True))
    page.goto("/admin/")
    assert_accessible(page)
    expect(page.get_by_role("link", name="Beheer", exact=True)).to_be_visible()

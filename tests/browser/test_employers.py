"""Employers in Chromium: empty, full and refused; small, large and by keyboard; with and without scripts."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.cases import (
    Caseload,
    assert_no_sideways_scrolling,
    days_ago,
    make_caseload,
    tab_to,
)
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    EmployerPersonFactory,
    JobFactory,
    UserFactory,
)
from trajectories.models import Contact, Employer, Purpose

LONG = "Gemeenschappelijke Regeling Werkvoorzieningsschap Zuidoost-Voorbeeldstreek en Omstreken"
LIST, ADD = "trajectories:employer_list", "trajectories:employer_add"


@pytest.fixture
def cases(transactional_db, sign_in) -> Caseload:
    cases = make_caseload()
    sign_in(cases.worker)
    return cases


@pytest.fixture
def kade(cases) -> Employer:
    """With everything: people, visits of a colleague, a client who works there, a rung of each kind."""
    employer = EmployerFactory(
        name="Hotel De Kade", municipality="Assen", kvk_number="12345678", sector="I", is_shared=True,
        how_to_reach="Voor tien uur bellen.",
    )  # fmt: skip
    person = EmployerPersonFactory(employer=employer, phone="040 1234567", email="mieke@kade.example")
    JobFactory(trajectory=cases.working.trajectories.get(), employer=employer, started_on=days_ago(30))
    joris = UserFactory(first_name="Joris", last_name="Wit", team=cases.team)
    for number, purpose in enumerate(Purpose.values[:2]):
        ContactFactory(
            employer_visit=True, employer=employer, client=None, staff=joris, purpose=purpose, person=person,
            occurred_at=timezone.now() - timedelta(days=3 + number), agreed="Belt vrijdag.",
        )  # fmt: skip
    return employer


def at(employer: Employer, name: str = "employer_detail") -> str:
    return reverse(f"trajectories:{name}", args=[employer.public_id])


def pages(employer: Employer) -> list[str]:
    person = employer.people.get()
    return [
        reverse(LIST), reverse(ADD), at(employer), at(employer, "employer_correct"),
        at(employer, "employer_person_add"), at(person, "employer_person_correct"),
        at(person, "employer_person_withdraw"),
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_when_it_is_full(page: Page, kade, assert_accessible, scheme):
    page.emulate_media(color_scheme=scheme)
    for url in pages(kade):
        page.goto(url)
        assert_accessible(page)


def test_every_page_is_accessible_when_it_is_empty(page: Page, cases, assert_accessible):
    employer = EmployerFactory(name="Hotel De Kade", is_shared=True)
    for url in (reverse(LIST), f"{reverse(LIST)}?q=nergens", at(employer)):
        page.goto(url)
        assert_accessible(page)
    expect(page.get_by_text("Nog niemand. Wie beslist hier over aannemen?")).to_be_visible()


def test_a_refusal_says_what_and_keeps_what_was_typed(page: Page, kade, assert_accessible):
    page.goto(reverse(ADD))
    page.get_by_label("Naam").fill("Timmerbedrijf Van Dam")
    page.get_by_label("KvK-nummer").fill("1234")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("alert", name="Er klopt iets niet")).to_be_focused()
    assert_accessible(page)
    expect(page.get_by_label("Naam")).to_have_value("Timmerbedrijf Van Dam")


@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (1280, "200%")])
def test_no_page_scrolls_sideways(page: Page, kade, width, size):
    Employer.objects.filter(pk=kade.pk).update(name=LONG)
    kade.people.update(name=LONG[:60], function=LONG[:80], email=f"{'x' * 60}@kade.example")
    page.set_viewport_size({"width": width, "height": 800})
    for url in pages(kade):
        page.goto(url)
        page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
        assert_no_sideways_scrolling(page)


def test_an_employer_and_a_person_are_made_with_the_keyboard_alone(page: Page, cases):
    page.goto(reverse(LIST))
    tab_to(page, f'a[href="{reverse(ADD)}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse(ADD)}")
    tab_to(page, "#id_name")
    page.keyboard.type("Hotel De Kade")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hotel De Kade")).to_be_visible()
    tab_to(page, 'a[href$="/people/add/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/add/")
    tab_to(page, "#id_name")
    page.keyboard.type("Mieke")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Persoon toegevoegd.")).to_be_visible()
    assert Employer.objects.get(name="Hotel De Kade").people.get().name == "Mieke"


def test_list_follows_what_is_typed(page: Page, kade):
    EmployerFactory(name="Timmerbedrijf Van Dam", is_shared=True)
    page.goto(reverse(LIST))
    expect(page.get_by_role("link", name="Timmerbedrijf Van Dam")).to_be_visible()
    page.locator("#id_q").fill("hotel")
    expect(page.get_by_role("link", name="Timmerbedrijf Van Dam")).to_have_count(0)
    expect(page.get_by_role("link", name="Hotel De Kade")).to_be_visible()
    expect(page).to_have_url(re.compile("q=hotel"))


def write_about(page: Page, name: str) -> None:
    page.goto(reverse("trajectories:contact_write"))
    page.get_by_role("radio", name="werkgever").check()
    page.get_by_role("radio", name="werkplek").check()
    page.get_by_label("Werkgever", exact=True).fill(name)


def test_a_near_name_is_asked_about_and_a_colleague_is_told_of(page: Page, kade, assert_accessible):
    write_about(page, "Hotel de Kadde")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("Bedoel je Hotel De Kade, Assen"))).to_be_visible()
    assert_accessible(page)
    page.get_by_role("radio", name="Hotel De Kade, Assen").check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("Joris Wit was op .* bij Hotel De Kade"))).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Ja, dit klopt").check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert Contact.objects.filter(employer=kade).count() == 3


def test_people_come_with_the_employer_that_is_typed(page: Page, kade):
    write_about(page, "Hotel De Kade, Assen")
    page.get_by_label("Werkgever", exact=True).press_sequentially(" ")
    expect(page.locator("#employer-people option")).to_have_count(1)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_all_of_it_works_without_a_script(page: Page, kade):
    page.goto(f"{reverse(LIST)}?q=hotel")
    page.get_by_role("link", name="Hotel De Kade").click()
    page.get_by_role("link", name="Schrijf werkgeverscontact").click()
    page.get_by_label("Werkgever", exact=True).fill("Hotel de Kadde")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    page.get_by_role("radio", name="Nee, Hotel de Kadde is een nieuwe werkgever").check()
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_text("Contact bewaard.")).to_be_visible()
    assert set(Employer.objects.filter(name__startswith="Hotel").values_list("name", flat=True)) == {
        "Hotel De Kade",
        "Hotel de Kadde",
    }

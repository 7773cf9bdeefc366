"""An administrator asks, the team lead confirms, and a password that somebody else typed is changed first."""

import pytest
from django.urls import reverse

from staff.models import AccessChange, Role
from tests.factories import UserFactory

PASSWORD = "een lange zin die ik onthoud"
OWN = "een heel andere zin daarna"


@pytest.fixture
def noor(world):
    person = UserFactory(
        monitor=True, username="noor", first_name="Noor", last_name="Bakker", team=world.team
    )
    person.set_password("nog een zin van vroeger")
    person.save()
    return person


def test_role_is_asked_in_the_admin_and_confirmed_by_the_team_lead(page, sign_in, world, noor):
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:staff_user_change", args=[noor.pk]))
    page.locator("#id_role").select_option(Role.IPS_TRAJECTBEGELEIDER)
    with page.expect_navigation():
        page.locator("input[name=_save]").click()
    assert page.locator(".errorlist").first.is_visible()
    page.locator("#id_why").fill("Noor begint maandag in dit team.")
    with page.expect_navigation():
        page.locator("input[name=_save]").click()
    noor.refresh_from_db()
    assert noor.role == Role.MONITOR
    page.get_by_text("De wijziging voor Noor Bakker is aangevraagd").first.wait_for()
    page.goto(reverse("admin:index"))
    page.locator(".waiting a", has_text="wachten op jou").click()
    page.get_by_role("link", name="BAKKER, Noor").click()
    page.get_by_role("button", name="Intrekken").wait_for()

    sign_in(world.people["team_lead"])
    page.goto("/")
    page.locator("details.person summary").click()
    page.get_by_role("link", name="Tweede persoon").click()
    page.get_by_role("link", name="BAKKER, Noor").click()
    page.get_by_label("bevestigen").check()
    page.get_by_role("button", name="Leg het oordeel vast").click()
    page.get_by_text("Bevestigd.").wait_for()
    noor.refresh_from_db()
    assert noor.role == Role.IPS_TRAJECTBEGELEIDER


def test_password_of_somebody_else_is_changed_before_anything_else(page, sign_in, world, noor):
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:auth_user_password_change", args=[noor.pk]))
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.locator("#id_why").fill("Kan de uitnodiging niet lezen.")
    with page.expect_navigation():
        page.locator("input[type=submit].default").click()
    sign_in(world.people["team_lead"])
    page.goto(reverse("staff:access_change_detail", args=[AccessChange.objects.get().public_id]))
    page.get_by_label("bevestigen").check()
    page.get_by_role("button", name="Leg het oordeel vast").click()
    page.get_by_text("Bevestigd.").wait_for()

    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("Gebruikersnaam").fill("noor")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_text("Iemand anders typte het wachtwoord").wait_for()
    page.get_by_label("Huidig wachtwoord").fill(PASSWORD)
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(OWN)
    page.get_by_label("Nieuw wachtwoord, nog een keer").fill(OWN)
    page.get_by_role("button", name="Nieuw wachtwoord bewaren").click()
    page.wait_for_url("**/reports/")
    noor.refresh_from_db()
    assert (noor.must_change_password, noor.check_password(OWN)) == (False, True)


def test_page_that_asks_why_a_second_factor_goes_fits_a_phone(page, sign_in, world, noor):
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:staff_user_changelist"))
    page.locator(f"input[name=_selected_action][value='{noor.pk}']").check()
    page.locator("select[name=action]").select_option("forget_second_factors")
    page.locator("button[name=index]").click()
    page.locator("#id_why").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    submit = page.locator("#content input[type=submit]").bounding_box()
    cancel = page.get_by_role("link", name="Annuleren").bounding_box()
    assert cancel["y"] - submit["y"] - submit["height"] >= 4  # below it on a phone, with room between

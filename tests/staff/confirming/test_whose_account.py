"""The second person judges an account: whose it is, how it came about, and what changed of it."""

import pytest
from allauth.account.adapter import get_adapter as get_account_adapter
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse

from staff.asking import services as asking
from staff.confirming.pages import account_block
from staff.models import AccessChange, Role, StaffAction, User
from staff.people.services import correct_staff_member, create_staff_member
from staff.permissions import ABILITIES
from staff.sign_on.services import note_own_change
from tests.factories import UserFactory
from tests.staff.confirming.asked import (
    NO_MEMBERSHIPS,
    OWN,
    PASSWORD,
    WHY,
    ask,
    confirm_all,
    make_new,
    new_row,
    person_page,
)
from tests.staff.sign_on.second_factors import give_app

pytestmark = [pytest.mark.shows(1, 2), pytest.mark.django_db]


def test_second_person_reads_that_the_administrator_typed_the_first_password(desk, second, team, secret):
    person = make_new(desk, team, secret, Role.IPS_TRAJECTBEGELEIDER)
    browser = Browser()
    browser.force_login(second)
    page = reverse("staff:access_change_detail", args=[AccessChange.objects.get().public_id])
    told = "getypt door een beheerder, die het dus kent"
    assert told in browser.get(page).content.decode()
    person.refresh_from_db()
    get_account_adapter().set_password(person, OWN)  # the administrator signs in and chooses another one
    assert not User.objects.get(pk=person.pk).must_change_password
    assert told in browser.get(page).content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_new_account_of_any_role_starts_closed_and_waits(desk, second, role):
    """Whoever made it could use it, and ask another role once nobody looks at how it began."""
    facts = {"username": "nieuw", "last_name": "Vries", "email": "noor@example.org", "role": role}
    url = reverse("admin:staff_user_add")
    first = facts | NO_MEMBERSHIPS | {"password": PASSWORD}
    assert desk.post(url, first | {"why": ""}).status_code == 200  # without a reason nothing is made
    assert not User.objects.filter(username="nieuw").exists()
    desk.post(url, first | {"why": WHY})
    person = User.objects.get(username="nieuw")
    assert not person.is_active
    visitor = Browser()
    visitor.post("/login/", {"login": "nieuw", "password": PASSWORD})
    assert visitor.get("/reports/").status_code == 302
    confirm_all(second)
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize("after", Role.values)
@pytest.mark.parametrize("before", Role.values)
def test_role_with_an_ability_more_waits(before, after):
    gains = bool(ABILITIES[after] - ABILITIES[before])
    assert (asking.waits_for_second_person(User(role=before), role=after) == ["role"]) is gains


def test_second_person_reads_how_an_account_came_about_and_what_changed_of_it(
    desk, administrator, second, team, time_machine
):
    """The real colleague's name goes to an account that the administrator made long before."""
    time_machine.move_to("2026-01-05T09:00:00+01:00", tick=False)
    shell = create_staff_member(
        username="test", first_name="Test", last_name="Account", role=Role.MONITOR,
        email="elders@example.org", password=PASSWORD, must_change_password=True, by=administrator,
    )  # fmt: skip
    get_account_adapter().set_password(shell, OWN)
    correct_staff_member(user=shell, by=administrator, staff_number="S77")
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    desk.force_login(administrator)  # the session of January is over
    give_app(shell)
    note_own_change(user=shell, action=StaffAction.FACTOR_ADDED)
    shell.refresh_from_db()
    person_page(desk, shell, username="j.jansen", first_name="Joke", last_name="Jansen")
    shell.refresh_from_db()
    person_page(desk, shell, new_row(team), role=Role.IPS_TRAJECTBEGELEIDER)
    block = account_block(AccessChange.objects.get())
    facts = dict(block.facts)
    assert (facts["Naam"], facts["Gebruikersnaam"]) == ("Joke Jansen", "j.jansen")
    assert (facts["E-mailadres"], facts["Personeelsnummer"]) == ("elders@example.org", "S77")
    assert facts["Account gemaakt"] == f"ma 5 jan 2026, 09:00, door {administrator}"
    assert facts["Eerste wachtwoord"] == "getypt door een beheerder, die het dus kent"
    assert facts["Wachtwoord"] == "sinds ma 5 jan 2026, 09:00"
    assert facts["Tweede stap"].startswith("sinds ")
    assert block.changes == [
        (
            "voornaam: Test → Joke; achternaam: Account → Jansen; gebruikersnaam: test → j.jansen",
            f"ma 2 mrt 2026, 09:00, door {administrator}",
        ),
        ("tweede stap toegevoegd", "ma 2 mrt 2026, 09:00, door wie met dit account inlogt"),
    ]
    browser = Browser()
    browser.force_login(second)
    page = reverse("staff:access_change_detail", args=[AccessChange.objects.get().public_id])
    shown = browser.get(page).content.decode()
    assert all(text in shown for _name, text in [*block.facts, *block.changes])


@pytest.mark.parametrize("kind", ["access", "password", "factors"])
def test_address_is_shown_with_every_kind_of_request(administrator, second, kind, capsys):
    person = UserFactory(email="elders@example.org")
    change = {
        "access": lambda: ask(administrator, person),
        "password": lambda: asking.ask_for_password(
            person=person, password=PASSWORD, reason=WHY, by=administrator
        ),
        "factors": lambda: asking.ask_to_forget_factors(person=person, reason=WHY, by=administrator),
    }[kind]()
    browser = Browser()
    browser.force_login(second)
    page = browser.get(reverse("staff:access_change_detail", args=[change.public_id])).content.decode()
    assert "elders@example.org" in page
    call_command("confirm_access_change")  # whoever keeps the server reads the same
    assert "E-mailadres: elders@example.org" in capsys.readouterr().out

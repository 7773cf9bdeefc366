"""The Django admin in Chromium: no page breaks the content security policy or its own scripts."""

import re
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.urls import reverse

from clients.models import Client
from staff.confirming.services import confirm_access_change
from staff.models import AccessChange, Team, User
from tests.factories import EmployerFactory, TeamMembershipFactory, UserFactory
from tests.filled_forms import forms_on
from tests.harness import StrictClient
from tests.project.scene import admin_addresses, make_scene
from trajectories.models import Employer

MODELS = sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry)

NAMES = [
    (Client, "last_name"), (Client, "first_name"), (User, "last_name"), (Team, "name"), (Employer, "name"),
]  # fmt: skip
NO_PAGE = {  # a download, and what only a button does
    "admin:logout",
    "admin:trajectories_importrun_refusals",
    "admin:trajectories_importrun_template_xlsx",
    "admin:trajectories_importrun_template_zip",
    "admin:trajectories_importrun_release",
    "admin:trajectories_importrun_turndown",
}


@pytest.fixture
def rows(world):
    EmployerFactory()
    return TeamMembershipFactory()


def test_lists_and_forms_keep_the_policy(page, sign_in, world, rows):
    """The `page` fixture fails on a violation, a console error and a request to another host."""
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:index"))
    for model in MODELS:
        assert page.goto(reverse(f"admin:{model}_changelist")).status == 200
    for url in (
        "admin:staff_team_add",
        "admin:trajectories_employer_add",
        "admin:django_celery_beat_periodictask_add",
    ):
        assert page.goto(reverse(url)).status == 200
    person = rows.user.pk
    for url in ("admin:staff_user_change", "admin:staff_user_history", "admin:auth_user_password_change"):
        assert page.goto(reverse(url, args=[person])).status == 200


# What does not fit, and hides behind a bar that scrolls sideways.
CUT = """() => [document.documentElement, ...document.querySelectorAll("*")].filter(part =>
    part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
    && (part === document.documentElement || /auto|scroll/.test(getComputedStyle(part).overflowX))
).map(part => part.id || part.className || part.tagName)"""
# What sticks out of the screen, and is not in a box that scrolls.
OUTSIDE_A_BOX = """() => [...document.querySelectorAll("body *")].filter(part =>
    part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".results")
).map(part => part.id || part.className || part.tagName)"""
LISTS = re.compile(
    "_(changelist|importrun_add|importrun_change)$"
)  # a table of many columns may scroll on a phone


@dataclass(frozen=True)
class Seen:
    """What was seen of one page: at 1280 pixels, and at the 390 of a telephone."""

    status: int
    problems: list[str]
    cut: dict[int, list[str]]
    outside: list[str]
    violations: str


@pytest.fixture
def scene(world, sign_in):
    """One row of everything, and the administrator who looks at it."""
    sign_in(world.people["administrator"])
    return make_scene(world)


ADDRESSES = [address for address in admin_addresses() if address.name not in NO_PAGE]
PAGES = [address.name for address in ADDRESSES if address.name != "admin:jsi18n"]
WIDTHS = (1280, 390)
_seen: dict[str, Seen] = {}


@pytest.fixture
def seen(page, problems, scene, violations) -> dict[str, Seen]:
    """Every page of the admin by name, opened once for all tests: the first that asks takes the walk."""
    if not _seen:
        problems.allow("the server responded with a status of 40[34]")
        _seen.update(
            {
                address.name: look_at(page, problems, scene.admin_url(address), violations)
                for address in ADDRESSES
            }
        )
    return _seen


def look_at(page, problems, url: str, violations) -> Seen:
    cut = {}
    page.set_viewport_size({"width": 1280, "height": 844})
    response = page.goto(url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        cut[width] = page.evaluate(CUT)
    is_wide = not page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    outside = page.evaluate(OUTSIDE_A_BOX) if is_wide else []
    page.set_viewport_size({"width": 1280, "height": 844})
    told = list(problems)
    found = violations(page) if response.ok and url != reverse("admin:jsi18n") else ""
    problems.clear()  # axe measures with styles, which the policy forbids
    return Seen(response.status, told, cut, outside, found)


def test_every_page_of_the_admin_keeps_the_policy(seen):
    """A violated policy is a console error; pages that are refused may say so there."""
    assert {name: one.problems for name, one in seen.items() if one.problems} == {}
    assert sum(one.status == 200 for one in seen.values()) > 30


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off(seen, width):
    cut = {name for name in PAGES if seen[name].cut[width]}
    assert {name for name in cut if not (width < 400 and LISTS.search(name))} == set()
    assert len(PAGES) > 30


@pytest.mark.parametrize("spaces", [False, True])
def test_a_name_of_120_letters_is_cut_off_nowhere(page, problems, scene, spaces):
    """Forms, history and what is asked before something goes, at both widths; a list scrolls in its box."""
    name = ("Wolfeschlegelsteinhausenbergerdorff " * 4).replace(" ", " " * spaces)[:120]
    for model, field in NAMES:
        room = model._meta.get_field(field).max_length
        for row in model._base_manager.all():
            model._base_manager.filter(pk=row.pk).update(**{field: f"{row.pk} {name}"[:room]})
    cut, shown = {}, 0
    for address in ADDRESSES:
        page.goto(scene.admin_url(address))
        shown += name[:30] in page.content()
        problems.allow("the server responded with a status of 40[34]")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            found = page.evaluate(OUTSIDE_A_BOX if LISTS.search(address.name) else CUT)
            if found:
                cut[address.name, width] = found
    assert cut == {}
    assert shown > 15


def test_a_wide_list_scrolls_in_its_own_box(seen):
    """On a phone the page itself never moves sideways: the table does."""
    lists = {model: seen[f"admin:{model}_changelist"] for model in MODELS}
    assert {model for model, one in lists.items() if one.status != 200} == set()
    assert {model: one.outside for model, one in lists.items() if one.outside} == {}
    assert len(lists) > 10


def test_axe_finds_nothing(seen):
    looked_at = [seen[name] for name in PAGES if 200 <= seen[name].status < 300]
    assert [one.violations for one in looked_at if one.violations] == []
    assert len(looked_at) > 30


def test_membership_is_added_with_the_scripts_of_the_admin(page, sign_in, world, rows):
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:staff_user_change", args=[rows.user.pk]))
    page.locator(".add-row a").click()
    page.locator("#id_memberships-1-team").select_option(str(world.team.pk))
    page.locator("#id_memberships-1-fte").fill("0,8")
    page.locator("#id_memberships-1-started_on").fill("2026-01-01")
    page.locator("#id_why").fill("Vervangt een zieke collega.")
    with page.expect_navigation():
        page.locator("input[name=_save]").click()
    confirm_access_change(change=AccessChange.objects.get(), by=world.people["team_lead"])
    assert rows.user.memberships.count() == 2
    page.goto(reverse("admin:staff_user_change", args=[rows.user.pk]))
    assert "0,8" in {field.input_value() for field in page.locator("[name$=-fte]").all()}


def test_both_versions_fit_on_a_phone_with_a_name_without_a_space(page, sign_in):
    first, second = UserFactory(beheerder=True), UserFactory(beheerder=True)
    person = TeamMembershipFactory(fte="1.000").user
    url = reverse("admin:staff_user_change", args=[person.pk])
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(second)
    page.goto(url)
    other = StrictClient()
    other.force_login(first)
    (form,) = (one for one in forms_on(other.get(url).content.decode()) if "_save" in one.names)
    form.type_in("last_name", "Vandenberghevandervoortzuiderwijkmiddelhoevenhoutmansterrasveld")
    assert other.post(url, form.values).status_code == 302
    page.locator("#id_first_name").fill("Noortje")
    with page.expect_navigation():
        page.locator("input[name=_save]").click()
    assert page.locator(".both-versions").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

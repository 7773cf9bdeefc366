"""The Django admin in Chromium: no page breaks the content security policy or its own scripts."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from clients.models import Client
from staff.confirming.services import confirm_access_change
from staff.models import AccessChange, Team, User
from tests.factories import EmployerFactory, TeamMembershipFactory
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


def test_every_page_of_the_admin_keeps_the_policy(page, problems, sign_in, world):
    """A violated policy is a console error; pages that are refused may say so there."""
    scene = make_scene(world)
    sign_in(world.people["administrator"])
    visited = 0
    for address in admin_addresses():
        if address.name in NO_PAGE:
            continue
        response = page.goto(scene.admin_url(address))
        problems.allow("the server responded with a status of 40[34]")
        visited += response.status == 200
        assert problems == [], address.name
    assert visited > 30


@pytest.fixture
def scene(world, sign_in):
    """One row of everything, and the administrator who looks at it."""
    sign_in(world.people["administrator"])
    return make_scene(world)


PAGES = [address for address in admin_addresses() if address.name not in NO_PAGE | {"admin:jsi18n"}]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off(page, problems, scene, width):
    page.set_viewport_size({"width": width, "height": 844})
    cut = {}
    for address in PAGES:
        page.goto(scene.admin_url(address))
        problems.allow("the server responded with a status of 40[34]")
        cut[address.name] = page.evaluate(CUT)
    assert {
        name for name, parts in cut.items() if parts and not (width < 400 and LISTS.search(name))
    } == set()
    assert len(cut) > 30


@pytest.mark.parametrize("spaces", [False, True])
def test_a_name_of_120_letters_is_cut_off_nowhere(page, problems, scene, spaces):
    """Lists, forms, history and what is asked before something goes, wide and on a phone."""
    name = ("Wolfeschlegelsteinhausenbergerdorff " * 4).replace(" ", " " * spaces)[:120]
    for model, field in NAMES:
        room = model._meta.get_field(field).max_length
        for row in model._base_manager.all():
            model._base_manager.filter(pk=row.pk).update(**{field: f"{row.pk} {name}"[:room]})
    cut, shown = {}, 0
    for address in PAGES:
        page.goto(scene.admin_url(address))
        shown += name[:30] in page.content()
        problems.allow("the server responded with a status of 40[34]")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            is_list = width < 400 and LISTS.search(address.name)
            if found := [] if is_list else page.evaluate(CUT):
                cut[address.name, width] = found
    assert cut == {}
    assert shown > 15


def test_a_wide_list_scrolls_in_its_own_box(page, scene):
    """On a phone the page itself never moves sideways: the table does."""
    page.set_viewport_size({"width": 390, "height": 844})
    wide = {}
    for model in MODELS:
        assert page.goto(reverse(f"admin:{model}_changelist")).ok
        if not page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"):
            wide[model] = page.evaluate(OUTSIDE_A_BOX)
    assert wide == {}
    assert len(MODELS) > 10


def test_axe_finds_nothing(page, problems, scene, assert_accessible):
    looked_at = 0
    for address in PAGES:
        if page.goto(scene.admin_url(address)).ok:
            assert_accessible(page)
            looked_at += 1
        problems.clear()  # axe measures with styles, which the policy forbids; a test above reads them
    assert looked_at > 30


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

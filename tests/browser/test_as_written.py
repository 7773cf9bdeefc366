"""Days, times and numbers in a browser that is set to another language: saved as meant, shown as Dutch."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from staff.models import Team, TeamMembership
from tests.clients.undoing.test_undo import everything
from tests.factories import TeamFactory, TeamMembershipFactory
from tests.project.crawl import browser_of
from tests.project.scene import make_scene
from tests.project.test_forms_saved_once import EDITS, filled, opener_of

pytestmark = pytest.mark.shows(17)

SOON = timezone.localdate() + timedelta(days=30)  # the browser lives in real time

# What is typed in each form, in an order in which they can follow each other, and what is stored of it. A
# point or a comma, three ways to separate a day, a time with a colon or a point.
FORMS = {
    "clients:client_register": {"birth_date": ("1/2/1990", "1990-02-01")},
    "clients:client_correct": {"birth_date": ("3-4-1985", "1985-04-03")},
    "trajectories:contact_write": {
        "occurred_at": ("1-2-2026 13:05", "2026-02-01T12:05:00+00:00"),
        "minutes_other": ("50", "50"),
    },
    "trajectories:contact_correct": {
        "occurred_at": ("2/11/2025 21.30", "2025-11-02T20:30:00+00:00"),
        "minutes_other": ("55", "55"),
    },
    "trajectories:job_register": {
        "started_on": ("1/2/2026", "2026-02-01"),
        "hours_per_week": ("12,5", "12.5"),
    },
    "trajectories:job_correct": {
        "started_on": ("5.1.2026", "2026-01-05"),
        "hours_per_week": ("12.5", "12.5"),
    },
    "trajectories:trajectory_correct": {
        "referred_on": ("1/12/2023", "2023-12-01"),
        "approved_on": ("5.1.2024", "2024-01-05"),
        "approved_until": ("6.1.2025", "2025-01-06"),
        "job_search_started_on": ("3-2-2024", "2024-02-03"),
        "hours_worked_at_enrolment": ("0,8", "0.8"),
    },
    "clients:consent_give": {
        "started_on": ("1-2-2026", "2026-02-01"),
        "ended_on": ("3/4/2027", "2027-04-03"),
    },
    "clients:ground_record": {
        "started_on": ("1.3.2026", "2026-03-01"),
        "ended_on": ("4-5-2027", "2027-05-04"),
    },
    "trajectories:disclosure_choose": {"given_on": ("6/2/2026", "2026-02-06")},
    "trajectories:client_hold": {"until": ("1-2-2027", "2027-02-01")},
    "trajectories:signal_snooze": {"until": (f"{SOON.day}-{SOON.month}-{SOON.year}", SOON.isoformat())},
    "clients:assignment_add": {"started_on": ("7.2.2026", "2026-02-07")},
}
TYPED_IN = (".day", ".moment", "[inputmode=decimal]", "[inputmode=numeric]")
OUR_FORM = "document.querySelector('main [name=form_number]').form"
CHOOSE = """([form, values]) => {
    for (const [name, chosen] of Object.entries(values)) {
        for (const one of form.querySelectorAll(`[name="${name}"]`)) {
            if (["radio", "checkbox"].includes(one.type)) one.checked = chosen.includes(one.value || "on");
            else one.value = chosen[0] ?? "";
            if (one.checked) one.dispatchEvent(new Event("change", { bubbles: true }));
        }
    }
}"""


@pytest.fixture(params=["en-US", "de-DE"])
def browser_context_args(request, browser_context_args):
    return {**browser_context_args, "locale": request.param}


@pytest.fixture
def scene(world):
    return make_scene(world)


def fields_to_type_in(page: Page) -> set[str]:
    """The names of all that asks a day, a time or a number, where somebody can type."""
    found = f"[...{OUR_FORM}.querySelectorAll('{', '.join(TYPED_IN)}')]"
    return set(page.evaluate(f"{found}.map(one => one.name)"))


def fill_in(page: Page, scene, name: str) -> None:
    """What is chosen as the page offers it, and what is typed key by key."""
    form = filled(scene, browser_of(scene.world, opener_of(name)), name)
    page.goto(form.action)
    ours = {"csrfmiddlewaretoken", "form_number", "form_seen"}
    values = {field: chosen for field, chosen in form.values.items() if field not in {*ours, *FORMS[name]}}
    if "minutes" in form.names:
        values["minutes"] = ["other"]
    if "is_sure" in form.names:
        values["is_sure"] = ["on"]
    page.evaluate(
        CHOOSE.replace("([form, values])", "(values)").replace("form.query", f"{OUR_FORM}.query"), values
    )
    for field, (typed, _stored) in FORMS[name].items():
        page.locator(f"[name={field}]").evaluate("one => { one.value = '' }")
        page.locator(f"[name={field}]").press_sequentially(typed)


def new_values(before: dict) -> set[str]:
    """Everything that stands in a row which was not there like this."""
    return {
        str(value)
        for table, rows in everything().items()
        for (row,) in rows
        if (row,) not in before[table]
        for value in json.loads(row).values()
    }


def as_dutch(stored: str) -> str:
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", stored):
        return "-".join(reversed(found.groups()))
    return stored.replace(".", ",")


def test_every_form_saves_what_was_meant(page, sign_in, scene):
    assert page.evaluate("navigator.language") in ("en-US", "de-DE")
    wrong = {}
    for name, typed in FORMS.items():
        sign_in(scene.world.people[opener_of(name)])
        fill_in(page, scene, name)
        unknown = fields_to_type_in(page) - {*typed}
        assert unknown <= {"enrolled_on", "ended_on", "started_on"}, name
        before, address = everything(), page.url
        page.evaluate(f"{OUR_FORM}.requestSubmit()")
        page.wait_for_function(
            "address => location.href !== address || document.querySelector('.is-invalid')", arg=address
        )
        stored = new_values(before)
        missing = {field: value for field, (_typed, value) in typed.items() if value not in stored}
        if missing:
            wrong[name] = (
                missing,
                page.locator("main .invalid-feedback, main .error-summary").all_inner_texts(),
            )
    assert wrong == {}


@pytest.mark.parametrize("name", sorted({*EDITS} & {*FORMS}))
def test_what_was_saved_is_shown_as_dutch_people_write_it(page, sign_in, scene, name):
    sign_in(scene.world.people[opener_of(name)])
    fill_in(page, scene, name)
    address = page.url
    page.evaluate(f"{OUR_FORM}.requestSubmit()")
    page.wait_for_function("address => location.href !== address", arg=address)
    page.goto(address)
    moments = {"2025-11-02T20:30:00+00:00": "02-11-2025 21:30"}
    for field, (_typed, stored) in FORMS[name].items():
        expect(page.locator(f"[name={field}]")).to_have_value(moments.get(stored, as_dutch(stored)))


@pytest.mark.parametrize("written", ["0,8", "0.8"])
def test_the_administration_too(page, sign_in, world, written):
    member = TeamMembershipFactory(team=TeamFactory(code="x"))
    sign_in(world.people["administrator"])
    page.goto(reverse("admin:staff_user_change", args=[member.user.pk]))
    page.locator("[name=memberships-0-fte]").fill("")
    page.locator("[name=memberships-0-fte]").press_sequentially(written)
    page.locator("[name=memberships-0-ended_on]").press_sequentially("1/2/2026")
    page.locator("[name=_continue]").click()
    expect(page.locator("[name=memberships-0-fte]")).to_have_value("0,8")
    expect(page.locator("[name=memberships-0-ended_on]")).to_have_value("01-02-2026")
    found = TeamMembership.objects.get(pk=member.pk)
    assert (str(found.fte), str(found.ended_on)) == ("0.800", "2026-02-01")
    page.goto(reverse("admin:staff_team_change", args=[member.team.pk]))
    page.locator("[name=inhabitants]").press_sequentially("50.000")
    page.locator("[name=_save]").click()
    expect(page.locator(".success")).to_be_visible()
    assert Team.objects.get(pk=member.team.pk).inhabitants == 50_000

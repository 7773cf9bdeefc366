"""Every page of everybody: where the keyboard is can be seen, and nothing scrolls sideways at any size."""

import re
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clients.models import Client
from staff.models import User
from tests.browser.cases import PHONE, make_caseload
from tests.factories import ClientFactory, ContactFactory, StagePeriodFactory, TrajectoryFactory
from tests.project.scene import addresses, admin_addresses, make_scene
from tests.project.test_access_matrix import MATRIX
from trajectories.models import Stage

PERSONAS = ("anonymous", "owner", "team_lead", "monitor", "administrator")
SKIPPED = {  # files, and pages that ask something of an outside service
    "trajectories:caseload_export", "trajectories:client_json_export", "reports:run_export",
    "health_live", "health_ready", "home", "set_language",
}  # fmt: skip
SIZES = [(320, 100), (600, 100), (640, 100), (740, 100), (1280, 200)]  # width in pixels, text in percent

# What can have the focus without a ring of at least 2 px on itself, on what it draws, or on its label.
WITHOUT_RING = """() => {
  const hasRing = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && !/rgba\\(.*, 0\\)|transparent/.test(style.outlineColor);
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const found = [];
  for (const part of document.querySelectorAll(all)) {
    if (part.disabled || !part.checkVisibility({ checkVisibilityCSS: true })) continue;
    part.focus({ focusVisible: true });
    if (document.activeElement !== part) continue;
    const label = part.nextElementSibling;
    const shown = hasRing(getComputedStyle(part)) || hasRing(getComputedStyle(part, "::after"))
      || (label && hasRing(getComputedStyle(label)));
    if (!shown) found.push(part.outerHTML.slice(0, 120));
  }
  return found;
}"""
TEXT_SIZE = "size => document.documentElement.style.setProperty('font-size', size)"
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")].filter((part) =>
    part.getBoundingClientRect().right > room + 1).map((part) => part.outerHTML.slice(0, 100)).slice(0, 3);
}"""

# What stands in an empty field to say how to fill it in, and does not fit in it.
CUT_HINT = """() => [...document.querySelectorAll("input[placeholder]")].filter((field) => {
  if (!field.checkVisibility()) return false;
  const style = getComputedStyle(field), pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(field.placeholder).width > room + 1;
}).map((field) => field.placeholder)"""


def pages_of(scene, persona: str):
    """Name and address of each page that this person gets."""
    for name, address in addresses().items():
        if name in MATRIX and MATRIX[name][0][persona] == 200 and name not in SKIPPED:
            yield name, scene.url(address)
    if persona == "administrator":
        for address in admin_addresses():
            if address.name.endswith(("_changelist", "_add", "_change", ":index", "first_steps")):
                yield address.name, scene.admin_url(address)


@pytest.fixture
def scene(world):
    return make_scene(world)


def visit(page, scene, sign_in, persona):
    """Open each page of this person in turn."""
    if persona != "anonymous":
        sign_in(scene.world.people[persona])
    for name, url in pages_of(scene, persona):
        answer = page.goto(url)
        if answer.ok and "text/html" in answer.headers.get("content-type", ""):
            yield name


@dataclass(frozen=True)
class Seen:
    """What was seen of one page: what hides that it has the focus, what sticks out at which size, and which
    hints in empty fields are cut off.
    """

    without_ring: list[str]
    too_wide: dict[tuple[int, int], list[str]]
    cut_hints: list[str]


_seen: dict[str, dict[str, Seen]] = {}


@pytest.fixture
def seen(page, problems, scene, sign_in, persona) -> dict[str, Seen]:
    """Each page of this person by name, opened once for all tests: the first that asks takes the walk."""
    if persona not in _seen:
        problems.allow("the server responded with a status of 40[0-9]")
        visited = visit(page, scene, sign_in, persona)
        _seen[persona] = {name: look_at(page, problems, name) for name in visited}
    return _seen[persona]


def look_at(page, problems, name: str) -> Seen:
    page.keyboard.press("Tab")  # from here on the focus is that of the keyboard
    without_ring = page.evaluate(WITHOUT_RING)
    assert problems == [], name
    too_wide, cut_hints = {}, page.evaluate(CUT_HINT)
    for width, percent in [] if name.startswith("admin:") else SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(TEXT_SIZE, f"{percent}%")
        if found := page.evaluate(TOO_WIDE):
            too_wide[width, percent] = found
    problems.clear()  # the size of the text is set by a style, which the policy forbids
    return Seen(without_ring, too_wide, cut_hints)


@pytest.mark.parametrize("persona", PERSONAS)
def test_where_the_keyboard_is_can_be_seen(seen, persona):
    assert {name: one.without_ring for name, one in seen.items() if one.without_ring} == {}
    assert len(seen) >= (5 if persona == "anonymous" else 10)


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_scrolls_sideways_at_any_size(seen, persona):
    assert {name: one.too_wide for name, one in seen.items() if one.too_wide} == {}


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_hint_in_a_field_is_read_whole(seen, persona):
    assert {name: one.cut_hints for name, one in seen.items() if one.cut_hints} == {}


LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 4  # 140 letters and no place to break
PAPER = 680  # pixels: what the margins of the print styles leave of a sheet of A4
# What does not fit in its own box and can't be seen there: on paper nothing scrolls either. What somebody
# types scrolls in its field, and a form is not printed. A line of a list on a screen may end in three dots.
CUT_OFF = """([hiding, dots]) => [...document.querySelectorAll("main *")].filter((part) =>
    part.checkVisibility({ checkVisibilityCSS: true }) && !part.matches("input, select, textarea")
    && part.clientWidth > 1 && part.scrollWidth > part.clientWidth + 1
    && hiding.includes(getComputedStyle(part).overflowX)
    && !(dots && getComputedStyle(part).textOverflow === "ellipsis")
  ).map((part) => part.outerHTML.slice(0, 100)).slice(0, 3)"""


@pytest.mark.parametrize("persona", ["owner", "team_lead"])
def test_a_surname_of_120_letters_wraps_on_every_page_and_on_paper(page, problems, scene, sign_in, persona):
    name = LONG_NAME[:120]
    Client.objects.update(last_name=name, birth_name=with_spaces(name[::-1]))
    User.objects.filter(pk=scene.world.people["owner"].pk).update(last_name=name)
    User.objects.filter(pk=scene.world.people["team_lead"].pk).update(last_name=with_spaces(name))
    wide, shown = {}, set()
    for asked in visit(page, scene, sign_in, persona):
        shown |= {asked} if name.lower() in page.content().lower() else set()
        wide |= {(asked, *where): found for where, found in too_wide(page).items()}
        problems.allow("the server responded with a status of 40[0-9]")
    page.goto(f"{reverse('trajectories:search')}?q={name[:60]}")
    wide |= {("search", *where): found for where, found in too_wide(page).items()}
    assert wide == {}
    assert len(shown) > 10


def with_spaces(text: str) -> str:
    return f"{text[:28]} {text[28:40]} {text[40:]}"[:120]


def too_wide(page) -> dict[tuple, list[str]]:
    """What sticks out of the page or is cut off, by width on a screen and on paper."""
    found = {}
    for medium, width in (("screen", 320), ("screen", 390), ("screen", 1280), ("print", PAPER)):
        page.emulate_media(media=medium)
        page.set_viewport_size({"width": width, "height": 900})
        found[medium, width] = page.evaluate(TOO_WIDE)
        hiding = ["hidden", "clip", "auto", "scroll"] if medium == "print" else ["hidden", "clip"]
        found[medium, width] += page.evaluate(CUT_OFF, [hiding, medium == "screen"])
    page.emulate_media(media="screen")
    return {where: parts for where, parts in found.items() if parts}


@pytest.fixture
def cases(sign_in):
    cases = make_caseload()
    sign_in(cases.worker)
    return cases


ON_ONE_LINE = """() => [...document.querySelectorAll(".rows-caseload > li")].map((row) =>
    [...row.querySelectorAll(".row-name, .row-number, .stage, .row-meta")]
      .filter((part) => part.textContent.trim())
      .map((part) => part.getBoundingClientRect())
      .every((box, at, all) => box.top < all[0].bottom && box.height < 40))"""


def test_a_client_has_one_line_on_a_wide_screen(page, cases):
    client = ClientFactory(
        team=cases.team,
        client_number="C0315",
        first_name="Willem",
        name_prefix="van",
        last_name="Zantenberg",
        followed_by=cases.worker,
    )
    StagePeriodFactory(trajectory=TrajectoryFactory(client=client), stage=Stage.BEGELEID_WERK)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(reverse("trajectories:caseload_list"))
    assert page.evaluate(ON_ONE_LINE) == [True] * 4


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_telephone_words_stay_whole_and_menus_on_the_screen(page, cases, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(reverse("trajectories:caseload_list"))
    places = page.locator(".places .place:visible")
    assert places.all_inner_texts() == ["Caseload", "Agenda", "Werkgevers", "Meer"]
    assert page.evaluate(
        """[...document.querySelectorAll(".places .place")].filter((place) => place.checkVisibility())
        .every((place) => place.scrollWidth <= place.clientWidth && place.offsetHeight < 70)"""
    )
    page.get_by_text("Exporteer").click()
    box = page.locator(".list-head .menu-list").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_telephone_the_other_places_are_behind_more(page, cases, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(reverse("trajectories:caseload_list"))
    page.locator(".more-places summary").press("Enter")
    others = page.locator(".more-places a")
    assert [one.strip() for one in others.all_inner_texts()] == ["Team", "Cijfers", "Zoeken"]
    box = page.locator(".more-places .menu-list").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= page.locator(".places").bounding_box()["y"]
    others.get_by_text("Team").click()
    expect(page).to_have_url(re.compile(r"/team/"))
    expect(page.locator(".more-places a[aria-current=page]")).to_have_text("Team")


def test_on_a_desk_every_place_is_in_sight(page, cases):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(reverse("trajectories:caseload_list"))
    expect(page.locator(".places .place:visible")).to_have_text(
        ["Caseload", "Agenda", "Werkgevers", "Team", "Cijfers", "Zoeken"]
    )


def test_the_number_of_the_client_can_be_called_on_a_telephone(page, cases):
    Client.objects.filter(pk=cases.learning.pk).update(phone="+31 (0)6 12 34 56 78")
    url = reverse("trajectories:client_overview", args=[cases.learning.public_id])
    page.set_viewport_size(PHONE)
    page.goto(url)
    number = page.locator(".on-a-phone a")
    expect(number).to_contain_text("+31 (0)6 12 34 56 78")
    expect(number).to_have_attribute("href", "tel:+31612345678")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(number).to_be_hidden()


def test_a_contact_with_a_client_starts_in_what_and_a_call_saw_nobody(page, cases):
    write = reverse("trajectories:contact_write")
    page.goto(write)
    expect(page.locator("#id_note")).not_to_be_focused()
    page.goto(f"{write}?client={cases.learning.public_id}")
    expect(page.locator("#id_note")).to_be_focused()
    seen = page.locator("input[name=face_to_face]:checked")
    expect(seen).to_have_value("yes")
    page.locator("input[name=location][value=telefoon]").check()
    expect(seen).to_have_value("no")
    page.locator("input[name=location][value=thuis]").check()
    expect(seen).to_have_value("yes")
    page.locator("input[name=face_to_face][value=no]").check()  # who says so themselves is left alone
    page.locator("input[name=location][value=elders]").check()
    expect(seen).to_have_value("no")


def test_a_next_page_keeps_the_focus_and_is_said(page, cases):
    ContactFactory.create_batch(120, client=cases.learning, staff=cases.worker)
    page.goto(reverse("trajectories:client_contacts", args=[cases.learning.public_id]))
    following = page.locator(".pages a[rel=next]")
    following.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pages-now")).to_contain_text("51–100")
    expect(page.locator(".pages a[rel=next]")).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("51–100 van 121")
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_contain_text("101–121 van 121")
    expect(page.locator(".pages a[rel=prev]")).to_be_focused()  # there is no next one: not back at the top


def test_what_was_done_is_undone_with_one_press(page, cases):
    trajectory = cases.learning.trajectories.get()
    page.goto(reverse("trajectories:stage_move", args=[trajectory.public_id]))
    page.locator("input[name=stage][value=dagbesteding]").check()
    page.locator("main .btn-primary").click()
    message = page.locator(".message")
    expect(message).to_contain_text(f"{cases.learning.list_name}: Fase: dagbesteding")
    message.get_by_role("button", name="Ongedaan maken").click()
    expect(message).to_contain_text("ongedaan gemaakt")
    assert trajectory.stage_periods.get().stage == "begeleid_werk"

"""The administration speaks Dutch, also when it refuses: each page is read, and answered with nonsense."""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from html.parser import HTMLParser
from itertools import chain

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.forms.utils import pretty_name
from django.http import HttpResponse
from django.utils.translation import gettext, trans_real
from django_celery_beat.models import PeriodicTask

from tests.beat_rows import write_schedule
from tests.factories import TeamMembershipFactory
from tests.harness import StrictClient
from tests.project.crawl import browser_of
from tests.project.scene import admin_addresses, make_scene
from tests.project.test_dutch_pages import ENGLISH, ENGLISH_BY_DESIGN, Words

pytestmark = pytest.mark.django_db
# In what packages say without a catalogue, e.g. “Only one of clocked, interval … must be set”.
ENGLISH_TOO = re.compile(r"\b(must|only|one|or|if|will|be|when|task|tasks|expecting|every)\b", re.IGNORECASE)
PAGES = ("_add", "_change", "_changelist", "_history", "_delete", "_password_change", ":index", ":app_list")
WRONG = {
    "nothing": "",
    "a number": "99",
    "no number": "{",
    "too long": "x" * 5000,
}
FIRST_CHOICE = "the first choice of everything"
SENT_BY_DJANGO = {"csrfmiddlewaretoken"}


class Misses(NullTranslations):
    """What was looked up in the Dutch catalogue and is not in it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def gettext(self, message: str) -> str:
        self.texts.add(message.rpartition(trans_real.CONTEXT_SEPARATOR)[2])
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.texts |= {msgid1, msgid2}
        return super().ngettext(msgid1, msgid2, n)


@pytest.fixture
def misses(monkeypatch) -> Misses:
    found = Misses()
    monkeypatch.setattr(trans_real.translation("nl"), "_fallback", found)
    return found


class Fields(HTMLParser):
    """What a page asks: the names of its fields, what stands in them, and the first choice of each select."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.typed: dict[str, str] = {}
        self.hidden: dict[str, str] = {}
        self.choices: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and given.get("value"):
            self.choices.setdefault(self._select, given["value"])
        if tag in ("select", "textarea") or (
            tag == "input" and given.get("type") not in ("submit", "hidden")
        ):
            self.typed.setdefault(name, given.get("value", ""))
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def answers(browser: StrictClient, url: str) -> Iterator[tuple[str, HttpResponse]]:
    """The page at `url`, and what it says when its form comes back with each kind of nonsense."""
    page = browser.get(url, follow=True)
    yield "page", page
    fields = Fields(page.content.decode()) if page.status_code == 200 else Fields("")
    asked = {name for name in fields.typed if name} - SENT_BY_DJANGO
    if not asked or "changelist" in page.resolver_match.url_name:
        return
    for kind, value in WRONG.items():
        yield kind, browser.post(url, fields.hidden | dict.fromkeys(asked, value), follow=True)
    chosen = fields.hidden | {name: fields.typed[name] for name in asked} | fields.choices
    yield FIRST_CHOICE, browser.post(url, chosen, follow=True)


@pytest.fixture
def urls(world) -> list[str]:
    scene = make_scene(world)
    write_schedule()
    PeriodicTask.objects.filter(name="every hour").update(name="van de beheerder")
    world.people["owner"].set_password("een zin van vier woorden")
    world.people["owner"].save()
    TeamMembershipFactory(user=world.people["owner"], team=world.other_team, fte="0.800")
    return [scene.admin_url(address) for address in admin_addresses() if address.name.endswith(PAGES)]


def texts_of(response: HttpResponse) -> set[str]:
    """What a page says, and what stands in its fields."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return set()
    words, fields = Words(), Fields(response.content.decode())
    words.feed(response.content.decode())
    return {*words.texts, *fields.typed.values()}


def is_english(text: str) -> bool:
    planned = {name for name in settings.CELERY_BEAT_SCHEDULE if gettext(name) != name}
    found = (ENGLISH.search(text) or ENGLISH_TOO.search(text)) and text not in ENGLISH_BY_DESIGN
    return bool(found) or any(name in text for name in planned)


def has_english_decimal(text: str) -> bool:
    """0.8, or zeros that nobody typed: 0,800."""
    return bool(re.fullmatch(r"\d+\.\d+|\d+,\d*0", text))


def is_read(missed: str, read: set[str]) -> bool:
    """Whether a text without translation stands on some page, whatever is filled in between its parts."""
    parts = [part for part in re.split(r"%\(\w+\)s|%s|\{\w*\}", missed) if re.search("[A-Za-z]{2}", part)]
    return bool(parts) and any(all(part in text for part in parts) for text in read)


def test_no_page_of_the_administration_and_no_refusal_is_english(world, urls, misses):
    browser, found, kinds, read = browser_of(world, "administrator"), set(), set(), set()
    asked = ((url, kind, response) for url in urls for kind, response in answers(browser, url))
    changed = ((url, "afterwards", browser.get(url, follow=True)) for url in urls)  # now there is a history
    for url, kind, response in chain(asked, changed):
        kinds.add((response.status_code, kind))
        texts = texts_of(response)
        read |= texts
        found |= {(url, kind, text) for text in texts if is_english(text) or has_english_decimal(text)}
    assert found == set()
    assert {text for text in misses.texts if is_read(text, read)} == set()
    assert {(200, kind) for kind in (*WRONG, FIRST_CHOICE)} <= kinds


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_no_column_is_called_after_its_code(model):
    """Django makes a heading of the name of a method that has no description: “Scheduler”."""
    model_admin = admin.site.get_model_admin(model)
    shown = {*model_admin.list_display, *model_admin.readonly_fields} - {"__str__", "public_id"}
    named = {name: label_for_field(name, model, model_admin) for name in shown}
    columns = {field.name for field in model._meta.get_fields()}
    assert [name for name in shown - columns if named[name] == pretty_name(name)] == []


def test_a_text_that_is_in_no_catalogue_is_found(misses):
    assert gettext("Monday") == "maandag"
    assert gettext("never to be translated") == "never to be translated"
    assert misses.texts == {"never to be translated"}

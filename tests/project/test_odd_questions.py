"""Odd days, numbers and NUL behind every address of the product, signed in and not: never a failure."""

from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client as Browser

from staff.models import AccessLine
from tests.personas import PERSONAS
from tests.project.scene import TODAY, Scene, addresses, admin_addresses, make_scene
from tests.project.test_access_matrix import MATRIX
from tests.project.test_admin_asks_nothing import OWN_LINK, list_url

pytestmark = [pytest.mark.shows(19), pytest.mark.django_db]

ODD = ["0001-01-01", "9999-12-31", "99999999999999999999", "-1"]
ODD_IN_LISTS = ["0001", "9999", "10000", "0", "x", "99999999999999999999"]
OF_EVERY_LIST = {"o", "p", "q", "e", "all", "_popup", "_to_field", "_facets", "_changelist_filters"}
YEARS = ["0", "1", "9999", "10000", "99999999999999999999", "x"]
FAILED = 500
NUL = ["q=%00", "%00=1", "q=a%00b&page=2"]


class Read(QueryDict):
    """Remembers what the pages ask of it."""

    names: set[str] = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)

    def getlist(self, name, default=None):
        self.names.add(name)
        return super().getlist(name, default)

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def reading(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    def answer(request: HttpRequest) -> HttpResponse:
        request.GET = Read(request.META["QUERY_STRING"])
        return get_response(request)

    return answer


@pytest.fixture
def scene(world, time_machine) -> Scene:
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


def status(browser: Browser, url: str) -> int:
    """Of the answer, FAILED when there is none; what it wrote is taken back, for the next."""
    try:
        with transaction.atomic():
            answer = browser.get(url)
            transaction.set_rollback(True)
    except Exception:  # whatever it is: the address is what the test tells
        return FAILED
    return answer.status_code


def browser_as(scene: Scene, persona: str) -> Browser:
    browser = Browser()
    scene.world.sign_in(browser, persona)
    return browser


def everywhere(scene: Scene) -> Iterator[tuple[str, str]]:
    """Each address, with everybody of another kind who can open it, and a visitor."""
    for name, address in addresses().items():
        openers = [persona for persona in PERSONAS if MATRIX[name][0][persona] == 200]
        kinds = {*openers[:1], *({"team_lead", "monitor"} & set(openers)), "anonymous"}
        yield from ((persona, scene.url(address)) for persona in sorted(kinds))
    for address in admin_addresses():
        yield from (
            (persona, scene.admin_url(address)) for persona in ("administrator", "owner", "anonymous")
        )


def test_nul_is_refused_at_every_address(scene):
    browsers = {persona: browser_as(scene, persona) for persona in PERSONAS}
    wrong = []
    for persona, url in everywhere(scene):
        plain = status(browsers[persona], url)
        expected = {400} if plain == 200 else {plain, 400}
        joint = "&" if "?" in url else "?"
        asked = [f"{url}{joint}{question}" for question in NUL]
        wrong += [(persona, one) for one in asked if status(browsers[persona], one) not in expected]
    assert wrong == []


def test_a_refused_question_is_in_the_access_log(scene):
    browser_as(scene, "owner").get("/caseload/?q=%00")
    line = AccessLine.objects.latest("pk")
    assert (line.code, line.outcome) == ("trajectories:caseload_list", "refused")


@pytest.mark.parametrize("persona", ["owner", "team_lead", "monitor", "anonymous"])
def test_odd_days_and_numbers_get_an_answer(scene, settings, persona):
    """In every parameter that a page reads, one by one: nothing wrong elsewhere hides what they do."""
    settings.MIDDLEWARE = [f"{__name__}.reading", *settings.MIDDLEWARE]
    browser = browser_as(scene, persona)
    failed, read = [], set()
    for name, address in addresses().items():
        if MATRIX[name][0][persona] != 200:
            continue
        path, _, given = scene.url(address).partition("?")
        Read.names.clear()
        status(browser, f"{path}?{given}")
        read |= (names := set(Read.names))
        asked = [dict(parse_qsl(given)) | {one: odd} for one in sorted(names) for odd in ODD]
        failed += [(path, one) for one in asked if status(browser, f"{path}?{urlencode(one)}") == FAILED]
    assert failed == []
    counts_now = {"period_from", "page"} if persona != "monitor" else {"page"}  # who reads stored runs only
    assert read >= ({"next"} if persona == "anonymous" else counts_now)


def own_parameters(browser: Browser, url: str) -> set[str]:
    links = OWN_LINK.findall(browser.get(url).content.decode())
    return {name for link in links for name, _value in parse_qsl(unescape(link)[1:])}


def test_odd_questions_to_the_lists_of_the_administration(scene):
    browser = browser_as(scene, "administrator")
    failed = []
    for model in admin.site._registry:
        url = list_url(model)
        questions = [
            {name: odd} for name in own_parameters(browser, url) | OF_EVERY_LIST for odd in ODD_IN_LISTS
        ]
        if days := admin.site.get_model_admin(model).date_hierarchy:
            parts = [f"{days}__{part}" for part in ("year", "month", "day")]
            questions += [
                dict(zip(parts, (year, *rest), strict=False))
                for year in YEARS
                for rest in ((), ("12",), ("12", "31"), ("13",), ("2", "30"), ("x", "x"))
            ]
        failed += [(url, one) for one in questions if status(browser, f"{url}?{urlencode(one)}") == FAILED]
    assert failed == []

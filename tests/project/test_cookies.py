"""Every cookie, with the settings of production: of this host alone, over TLS, out of reach of scripts."""

from collections.abc import Iterator
from http.cookies import Morsel

import pytest
from django.conf import settings as product_settings
from django.core.cache import cache
from django.test import Client as Browser

from ipsplatform.settings import base
from tests.personas import World
from tests.project.scene import TODAY, addresses, admin_addresses, make_scene
from tests.staff.sign_on.test_second_factor import PASSWORD, with_password

pytestmark = [pytest.mark.shows(2, 20), pytest.mark.django_db]

COOKIES = {name: getattr(base, name) for name in dir(base) if "_COOKIE_" in name or name == "MESSAGE_STORAGE"}
HERE = "https://testserver"


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    """The tests themselves go over plain HTTP, where a browser refuses such names."""
    cache.clear()
    for name, value in COOKIES.items():
        setattr(settings, name, value)


def weak(cookie: Morsel) -> list[str]:
    """What is wrong with a cookie; one that is taken back needs what makes a browser listen only."""
    needs = {
        "name": cookie.key.startswith("__Host-"),
        "secure": bool(cookie["secure"]),
        "path": cookie["path"] == "/",
        "domain": not cookie["domain"],
    }
    if cookie.value:
        needs |= {"httponly": bool(cookie["httponly"]), "samesite": cookie["samesite"] in ("Lax", "Strict")}
    return [f"{cookie.key} {name}" for name, holds in needs.items() if not holds]


def answers(world: World) -> Iterator:
    """Of every address, as a visitor and as people with each kind of work; then signing in and out."""
    scene = make_scene(world)
    urls = [scene.url(address) for address in addresses().values()]
    for persona, asked in (
        ("anonymous", urls),
        ("team_lead", urls),
        ("administrator", [scene.admin_url(address) for address in admin_addresses()]),
    ):
        for url in asked:
            browser = Browser()
            world.sign_in(browser, persona)
            yield browser.get(url, secure=True)
    worker = with_password(world.people["owner"])
    browser = Browser(headers={"Referer": f"{HERE}/"})
    for path, sent in (
        ("/login/", {"login": worker.username, "password": "een verkeerde zin van iemand"}),
        ("/login/", {"login": worker.username, "password": PASSWORD}),
        ("/language/", {"language": "en", "next": "/"}),
        ("/sessions/end-others/", {}),
        ("/logout/", {}),
    ):
        yield browser.post(path, sent, secure=True)


def test_every_cookie_is_of_this_host_alone(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    cookies = [cookie for answer in answers(world) for cookie in answer.cookies.values()]
    names = {COOKIES[f"{name}_COOKIE_NAME"] for name in ("SESSION", "CSRF", "LANGUAGE")}
    assert {cookie.key for cookie in cookies} == names
    assert sorted({fault for cookie in cookies for fault in weak(cookie)}) == []


def test_what_was_done_is_not_told_in_a_cookie(client, world):
    """A message has a name in it; it waits in the session, which the browser does not hold."""
    client.force_login(world.people["administrator"])
    form = {"code": "t-1", "name": "FACT Elders", "kind": "fact", "inhabitants": 5}
    answer = client.post("/admin/staff/team/add/", form)
    assert answer.status_code == 302
    assert "Elders" not in str(answer.cookies)
    assert "FACT Elders" in client.get("/admin/staff/team/").content.decode()


@pytest.mark.parametrize("stranger", ["sessionid", "session", "__Host-language"])
def test_a_cookie_of_another_name_is_no_session(world, stranger):
    signed_in = Browser()
    signed_in.force_login(world.people["owner"])
    key = signed_in.cookies[product_settings.SESSION_COOKIE_NAME].value
    thief = Browser()
    thief.cookies[stranger] = key
    assert thief.get("/caseload/").status_code == 302
    assert signed_in.get("/caseload/").status_code == 200

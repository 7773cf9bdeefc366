"""What holds for every page of every persona: it works, writes nothing, keeps no copy, obeys its policy."""

import pytest

from tests.personas import PERSONAS
from tests.project.crawl import browser_of, crawl
from tests.project.scene import TODAY, make_scene

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


@pytest.mark.parametrize("persona", [name for name in PERSONAS if name != "anonymous"])
def test_every_link_that_a_page_shows_leads_to_a_page(scene, persona):
    """The browser is strict: a write, an undefined variable and inline code fail here too."""
    dead = []
    count = 0
    for url, response in crawl(browser_of(scene.world, persona), ["/"]):
        count += 1
        if response.status_code not in (200, 301, 302):
            dead.append((url, response.status_code))
        assert "no-store" in response.headers["Cache-Control"], url
        assert _directives(response.headers["Content-Security-Policy"]) == _directives(POLICY), url
    assert not dead
    assert count > 5


def _directives(policy: str) -> set[str]:
    return {directive.strip() for directive in policy.split(";")}


@pytest.mark.parametrize("path", ["/login/", "/does-not-exist/", "/caseload/"])
def test_headers_of_pages_for_everybody(client, path):
    headers = client.get(path).headers
    assert _directives(headers["Content-Security-Policy"]) == _directives(POLICY)
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]

"""Every form that sends something carries the token, without which the server refuses it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from staff.asking.services import ask_for_access
from tests.harness import CarelessPageError, refuse_tokenless
from tests.personas import PERSONAS
from tests.project.crawl import browser_of
from tests.project.scene import TODAY, addresses, admin_addresses, make_scene
from tests.project.test_access_matrix import MATRIX

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ISOLATED = re.compile(r"""{% include ["']([^"']+)["'][^%]*\bonly %}""")


def test_no_template_takes_the_token_away_from_a_form():
    """`only` leaves the token out as well: a template with a form of its own is included without it."""
    sources = {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}
    holds_form = {name for name, source in sources.items() if "{% csrf_token %}" in source}
    assert "components/post_button.html" in holds_form
    assert not [
        (name, included)
        for name, source in sources.items()
        for included in ISOLATED.findall(source)
        if included in holds_form
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("persona", [name for name in PERSONAS if name != "anonymous"])
def test_every_form_on_every_page_has_a_token(world, time_machine, persona):
    """The browser is strict about it. Who asked something finds the page with the button to withdraw it."""
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    scene = make_scene(world)
    own = ask_for_access(
        person=world.people["other_worker"], facts={"email": "noor@example.org"}, memberships=[],
        reason="Nieuw adres.", by=world.people["administrator"],
    )  # fmt: skip
    browser = browser_of(world, persona)
    pages = [scene.url(addresses()[name]) for name, (row, _post) in MATRIX.items() if row[persona] == 200]
    if persona == "administrator":
        admin_pages = [address for address in admin_addresses() if address.name.endswith(("_add", "_change"))]
        pages += [scene.admin_url(address) for address in admin_pages]
        pages.append(f"/access-changes/{own.public_id}/")
    answers = [browser.get(page) for page in pages]
    assert sum(b"csrfmiddlewaretoken" in answer.content for answer in answers if not answer.streaming) > 1


@pytest.mark.parametrize(
    "form",
    [
        '<form method="post"></form>',
        '<form class="x" method="POST" action="/x/"><input name="a"></form>',
        '<form method="post"><input name="csrfmiddlewaretoken" value="abc"></form><form method=post></form>',
        '<form method="post"><input name="csrfmiddlewaretoken" value=""></form>',
    ],
)
def test_form_without_a_token_is_found(form):
    answer = HttpResponse(form)
    answer.wsgi_request = RequestFactory().get("/")
    with pytest.raises(CarelessPageError):
        refuse_tokenless(answer)

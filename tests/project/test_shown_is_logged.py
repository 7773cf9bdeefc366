"""Whatever of a client stands in an answer, a line of the access log of that request names the client."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pytest
from django.db import models
from django.urls import reverse

from clients.models import Client
from ipsplatform.common.declared import client_of
from staff.models import AccessLine
from tests.factories import (
    ClientFactory,
    ContactFactory,
    DisclosureFactory,
    JobFactory,
    LegalHoldFactory,
    ProposalFactory,
    SignalSnoozeFactory,
    StagePeriodFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.personas import PERSONAS
from tests.project.crawl import browser_of, crawl, text_of
from tests.project.scene import TODAY, addresses, admin_addresses, make_scene
from tests.project.test_charlie import marked, open_in_emergency
from trajectories.case_import.selectors.asked import ABOUT_CLIENTS
from trajectories.case_import.tables.report import Refusal
from trajectories.models import ImportRun, ImportState

pytestmark = [pytest.mark.shows(5, 27), pytest.mark.django_db]

SIGNED_IN = [name for name in PERSONAS if name != "anonymous"]
# fmt: off
# Content of many files may stand on these: without a single mark the walk would show nothing.
CROWDED = {
    "owner": {"/caseload/", "/contacts/write/", "/employers/", "/import-rows/", "/search/", "/team/"},
    "team_lead": {
        "/access-reviews/", "/caseload/", "/employers/", "/import-rows/", "/retention/", "/team/",
    },
    "other_worker": {"/clients/"},  # the file that an emergency opened
    "administrator": {"/admin/clients/client/"},
}
# fmt: on


@dataclass(frozen=True)
class Told:
    """What an answer told of one client, and whether the log says so."""

    url: str
    client: str
    is_logged: bool


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


@pytest.fixture
def files(scene) -> dict[str, Client]:
    """By its mark: the client of the scene and two more, each with the mark in every text of the file."""
    found = {"xqalpha": scene.world.client, "xqbravo": ClientFactory(team=scene.world.team)}
    found["xqcharly"] = ClientFactory(team=scene.world.other_team)
    for mark, client in found.items():
        fill_file(client, mark, scene)
    rows_left_out_of(found.values())
    open_in_emergency(scene.world.client, scene.world.people["other_worker"], "Belde in paniek.")
    return found


def fill_file(client: Client, mark: str, scene) -> None:
    """The scene has filled the file of its own client; the others get as much."""
    kept = [row for row in scene.objects.values() if client_of(row) == client]
    rows = [*kept, *client.contacts.all()] if client == scene.world.client else new_rows(client, mark, scene)
    for number, row in enumerate(rows):
        marked(row, f"{mark}{number}")  # no two contacts have the same number


def rows_left_out_of(clients: Iterable[Client]) -> None:
    """An import that left out a row of each file about each of these clients."""
    refusals = [
        Refusal(name, line, "", "Past niet.", is_compared=True, client=str(client.public_id))
        for line, client in enumerate(clients)
        for name in ABOUT_CLIENTS
    ]
    report = {"refusals": [asdict(one) for one in refusals], "compared_total": len(refusals)}
    ImportRun.objects.create(state=ImportState.REFUSED, report=report)


def new_rows(client: Client, mark: str, scene) -> list[models.Model]:
    owner, employer = scene.world.people["owner"], scene.objects["employers"]
    trajectory = TrajectoryFactory(client=client)
    open_in_emergency(client, UserFactory(), f"{mark} belde in paniek.")
    return [
        client,
        trajectory,
        JobFactory(trajectory=trajectory, employer=employer),
        StagePeriodFactory(trajectory=trajectory),
        ContactFactory(client=client, staff=owner, employer=employer, kind="werkgever"),
        ProposalFactory(client=client),
        LegalHoldFactory(client=client),
        SignalSnoozeFactory(client=client),
        DisclosureFactory(client=client, employer=employer),
    ]


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_content_of_a_client_never_appears_without_a_line_for_that_client(scene, files, persona):
    told = list(walk(scene, files, persona))
    assert not sorted({(one.url, one.client) for one in told if not one.is_logged})
    pages = {one.url for one in told}
    missed = {page for page in CROWDED.get(persona, ()) if not any(url.startswith(page) for url in pages)}
    assert not missed, "these pages showed nobody, so this test shows nothing of them"


def walk(scene, files: dict[str, Client], persona: str):
    browser = browser_of(scene.world, persona)
    for url, response in crawl(browser, starts(scene, files)):
        text = text_of(response).casefold()
        for mark, client in files.items():
            if mark in text:
                yield Told(url, mark, is_named(client, response))


def is_named(client: Client, response) -> bool:
    lines = AccessLine.objects.filter(request=response.wsgi_request.number)
    about = models.Q(client_id=client.public_id) | models.Q(listed__contains=[client.public_id])
    return lines.filter(about).exists()


def starts(scene, files: dict[str, Client]) -> list[str]:
    """Every address there is, filled in, and questions that bring these clients up."""
    ours = [scene.url(address) for address in addresses().values() if address.name != "account_logout"]
    theirs = [scene.admin_url(address) for address in admin_addresses() if "logout" not in address.name]
    # Almost the mark: a page that repeats the question shows nothing of anybody.
    asked = [f"{reverse('trajectories:search')}?q={mark[:-1]}" for mark in files]
    caseload, team = reverse("trajectories:caseload_list"), reverse("reports:team_dashboard")
    lists = [f"{caseload}?scope=team&state=all", f"{team}?team={scene.world.team.public_id}"]
    return [*ours, *theirs, *asked, *lists, f"{reverse('clients:review_list')}?state=all"]


def test_a_form_that_shows_likely_doubles_names_them(scene, files):
    browser = browser_of(scene.world, "owner")
    typed = {"last_name": "Xqbrav", "first_name": "Xqbrav", "team": scene.world.team.public_id}
    response = browser.post(reverse("clients:client_register"), typed)
    assert "xqbravo" in text_of(response).casefold()
    assert is_named(files["xqbravo"], response)


def test_a_contact_that_moves_to_another_file_names_both(scene, files):
    browser = browser_of(scene.world, "owner")
    contact = ContactFactory(client=files["xqalpha"], staff=scene.world.people["owner"])
    typed = {
        "client": files["xqbravo"].public_id, "kind": "werk", "location": "thuis",
        "occurred_at": "2026-03-01T10:00", "face_to_face": "yes",
    }  # fmt: skip
    response = browser.post(reverse("trajectories:contact_correct", args=[contact.public_id]), typed)
    assert response.status_code == 302
    lines = AccessLine.objects.filter(request=response.wsgi_request.number)
    assert {(line.client_id, line.action) for line in lines} == {
        (files["xqalpha"].public_id, "U"), (files["xqbravo"].public_id, "U"),
    }  # fmt: skip

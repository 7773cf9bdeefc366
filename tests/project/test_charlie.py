"""A secret client of another team appears nowhere: on no page, in no search, export, log or file."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import models
from django.urls import reverse

from clients.emergency.services import start_emergency_access
from clients.models import Client, Consent, SharingGround
from clients.people.services import correct_client
from tests.factories import (
    AppointmentFactory,
    ClientFactory,
    ConsentFactory,
    ContactFactory,
    DisclosureFactory,
    JobFactory,
    LegalHoldFactory,
    OccurrenceFactory,
    ProposalFactory,
    SharingGroundFactory,
    SignalSnoozeFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.harness import StrictClient
from tests.personas import PERSONAS
from tests.project.crawl import browser_of, crawl, text_of
from tests.project.scene import TODAY, addresses, export_of, make_scene
from trajectories.models import Appointment, Contact, DisclosureChoice, Job, StagePeriod, Trajectory

pytestmark = [pytest.mark.shows(3), pytest.mark.django_db]

MARK = "Xqcharlie"
ALMOST = MARK[:-1]  # finds Charlie where Charlie may be found, and is not the mark when a page repeats it
OUTSIDERS = [name for name in PERSONAS if name != "anonymous"]
NUMBERS = {"client_number"}  # the administrator sees that this number exists


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


@pytest.fixture
def charlie(scene) -> dict[str, models.Model]:
    """Charlie in a third team, with the mark in every text field of the whole file."""
    worker = UserFactory(team=TeamFactory(name="FACT Elders"))
    client = marked(ClientFactory(team=worker.memberships.get().team, followed_by=worker))
    trajectory = marked(TrajectoryFactory(client=client))
    job = marked(JobFactory(trajectory=trajectory, employer=scene.objects["employers"]))
    stage = marked(StagePeriodFactory(trajectory=trajectory, started_on=date(2024, 2, 1)))
    contact = marked(ContactFactory(client=client, staff=worker, employer=job.employer))
    consent = marked(ConsentFactory(client=client, recipient="anders", recipient_name=MARK))
    ground = marked(SharingGroundFactory(client=client))
    choice = marked(DisclosureFactory(client=client, employer=job.employer))
    visit = marked(AppointmentFactory(client=client, made_by=worker, starts_on=TODAY, employer=job.employer))
    marked(OccurrenceFactory(appointment=visit, state="kept"))
    correct_client(client=client, by=worker, municipality=f"{MARK} aan Zee")
    return {
        "proposals": marked(ProposalFactory(client=client)),
        "holds": marked(LegalHoldFactory(client=client)),
        "snoozes": marked(SignalSnoozeFactory(client=client)),
        "exports": export_of(client, worker),
        "clients": client,
        "assignments": client.assignments.get(),
        "trajectories": trajectory,
        "stages": stage,
        "jobs": job,
        "contacts": contact,
        "appointments": visit,
        "consents": consent,
        "grounds": ground,
        "disclosures": choice,
    }


def marked(row: models.Model, mark: str = MARK) -> models.Model:
    """The row with the mark in each text field that people fill in."""
    for field in free_texts(type(row)):
        setattr(row, field.name, f"{mark}@example.org" if isinstance(field, models.EmailField) else mark)
    row.save()
    return row


def free_texts(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.generated
        # Refused of who lives, kept beside a client, a rule.
        and field.name not in {"death_told_by", "agreed", "repeats"}
    ]


def test_every_kind_of_row_has_texts_to_mark():
    assert {field.name for field in free_texts(Client)} >= {"last_name", "phone", "municipality"} | NUMBERS
    assert {field.name for field in free_texts(Trajectory)} >= {"wish", "next_step"}
    assert {field.name for field in free_texts(StagePeriod)} >= {"reason", "client_words"}
    assert {field.name for field in free_texts(Job)} >= {"occupation"}
    assert {field.name for field in free_texts(Contact)} >= {"note"}
    assert {field.name for field in free_texts(Appointment)} >= {"place", "note"}
    assert {field.name for field in free_texts(Consent)} >= {"recipient_name"}
    assert {field.name for field in free_texts(SharingGround)} >= {"recipient_name", "source"}
    assert {field.name for field in free_texts(DisclosureChoice)} >= {"client_words"}


@pytest.fixture
def review_of_charlie(scene, charlie):
    """A colleague opened Charlie's file in an emergency; the outsiders opened that of another client."""
    people = scene.world.people
    for persona in ("other_worker", "other_team_lead"):
        open_in_emergency(scene.world.client, people[persona], "Belde in paniek.")
    stranger = UserFactory(team=scene.world.other_team)
    return open_in_emergency(charlie["clients"], stranger, f"{MARK} belde").review


def open_in_emergency(client: Client, user, explanation: str):
    return start_emergency_access(client=client, reason="overig", explanation=explanation, hours=8, by=user)


@pytest.mark.parametrize("persona", ["other_worker", "other_team_lead"])
def test_emergency_access_to_another_file_shows_nothing_of_charlie(
    scene, charlie, review_of_charlie, persona
):
    browser = browser_of(scene.world, persona)
    opened = reverse("trajectories:client_overview", args=[scene.world.client.public_id])
    review = reverse("clients:review_detail", args=[review_of_charlie.public_id])
    starting = [*starts(charlie), *files(scene, charlie), opened, review, "/access-reviews/?state=all"]
    answers = dict(crawl(browser, starting))
    assert not [url for url, answer in answers.items() if MARK.casefold() in text_of(answer).casefold()]
    assert answers[opened].status_code == 200
    assert answers[review].status_code == (200 if persona == "other_team_lead" else 404)


@pytest.mark.parametrize("persona", ["owner", "team_lead", "other_worker", "monitor", "administrator"])
def test_charlie_is_on_no_page(scene, charlie, persona):
    shown = []
    if persona == "administrator":
        Client.objects.filter(pk=charlie["clients"].pk).update(client_number="C-0")
    browser = browser_of(scene.world, persona)
    for url, response in crawl(browser, [*starts(charlie), *files(scene, charlie)]):
        if MARK.casefold() in text_of(response).casefold():
            shown.append(url)
    assert not shown


def test_who_follows_charlie_does_find_charlie(charlie):
    """The search of these tests would find what is there."""
    browser = StrictClient()
    browser.force_login(charlie["assignments"].user)
    assert MARK.upper() in text_of(browser.get(reverse("trajectories:search"), {"q": ALMOST}))


@pytest.mark.parametrize("persona", OUTSIDERS)
def test_addresses_of_charlie_lead_nowhere(scene, charlie, persona):
    browser = browser_of(scene.world, persona)
    answers = {url: browser.get(url).status_code for url in files(scene, charlie)}
    assert set(answers.values()) <= {403, 404, 405}, answers  # 405: the address takes POST only, for any row


@pytest.mark.parametrize("persona", ["owner", "team_lead", "other_team_lead"])
def test_charlie_can_not_be_written_about(scene, charlie, persona):
    """A form that names Charlie is refused as if Charlie did not exist."""
    browser = browser_of(scene.world, persona)
    url = reverse("trajectories:contact_write")
    values = {
        "form_number": "0b8ba6a0-7b3e-4c43-9e65-0a4d44b1a001", "client": charlie["clients"].public_id,
        "kind": "werk", "location": "thuis", "occurred_at": "2026-03-01T10:00", "face_to_face": "yes",
    }  # fmt: skip
    response = browser.post(url, values)
    assert "client" in response.context["form"].errors
    assert not Contact.objects.filter(public_id=values["form_number"]).exists()


def starts(charlie) -> list[str]:
    """Where everybody may begin, and every question that could bring Charlie up."""
    search, admin = reverse("trajectories:search"), reverse("admin:index")
    caseload = reverse("trajectories:caseload_list")
    return [
        "/",
        admin,
        *(f"{search}?q={text}" for text in (ALMOST, MARK[:4], "example.org", "FACT Elders")),
        *(f"{caseload}?scope=team&state={state}" for state in ("", "ended", "all")),
        *(
            reverse("trajectories:caseload_export", args=[name]) + "?scope=team&state=all"
            for name in ("csv", "xlsx")
        ),
        f"{reverse('trajectories:contact_write')}?kind=werkgever",
        f"{reverse('admin:clients_client_changelist')}?q={ALMOST}",
        f"{reverse('admin:staff_auditevent_changelist')}?q={charlie['clients'].public_id}",
        f"{reverse('reports:report_now')}?period_from=2025-01-01&period_to=2025-12-31",
        *(f"/reports/?kind={kind}" for kind in ("month", "quarter")),
    ]


def files(scene, charlie) -> list[str]:
    """Every address of a row of Charlie's, and the links that name Charlie."""
    his = replace(scene, objects=scene.objects | charlie)
    found = [
        his.url(address)
        for address in addresses().values()
        if address.route.split("/<")[0] in charlie and "public_id" in address.parameters
    ]
    return [*found, f"{reverse('trajectories:contact_write')}?client={charlie['clients'].public_id}"]

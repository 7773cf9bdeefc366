"""The log of changes in the administration: who did what when, and never in whose file."""

from collections.abc import Iterator

import pytest
from django.db import models
from django.urls import reverse

from clients.models import Client, ClientAction, ImportAnswer, RevealReason
from ipsplatform.common.classification import declared_of, stored_fields, stored_models
from ipsplatform.common.declared import client_of, is_of_files, nouns_of_clients
from staff.audit import services as audit
from staff.models import AccessLine, AuditEvent, MembershipAction, Team, TeamAction
from tests.factories import ClientFactory, ContactFactory, TeamFactory, TeamMembershipFactory
from tests.harness import StrictClient
from tests.project.crawl import browser_of, text_of
from tests.project.scene import TODAY, Scene, make_scene
from trajectories.employers.services import correct_employer, find_or_create_employer
from trajectories.models import ContactAction, Employer

pytestmark = [pytest.mark.shows(3, 21), pytest.mark.django_db]

LIST = reverse("admin:staff_auditevent_changelist")
OF_FILES = [model for model in stored_models() if is_of_files(model) and declared_of(model).actions]


@pytest.fixture
def scene(world, time_machine) -> Scene:
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


@pytest.fixture
def desk(world) -> StrictClient:
    return browser_of(world, "administrator")


def rows_of(scene: Scene) -> list[models.Model]:
    """A row of each kind of which the identifier tells about a client."""
    return [row for row in scene.objects.values() if type(row) in OF_FILES]


def everything_recorded(scene: Scene) -> list[AuditEvent]:
    """A line of each action about each of these rows, as if every field went from one row to another."""
    owner = scene.world.people["owner"]
    return [
        audit.record(by=owner, action=action, target=row, changes=changes_of(row))
        for row in rows_of(scene)
        for action in declared_of(type(row)).actions
    ]


def changes_of(row: models.Model) -> dict[str, list]:
    found = {}
    for field in stored_fields(type(row)):
        value = getattr(row, field.name)
        found[field.name] = [None, str(getattr(value, "public_id", value))]
    return found


def page_of(event: AuditEvent) -> str:
    return reverse("admin:staff_auditevent_change", args=[event.pk])


def identifiers_of(scene: Scene) -> set[str]:
    rows = [*rows_of(scene), *filter(None, map(client_of, rows_of(scene)))]
    return {str(row.public_id) for row in rows}


def hits(desk: StrictClient, question: str) -> list[AuditEvent]:
    return list(desk.get(f"{LIST}?{question}").context["cl"].result_list)


def test_the_scene_has_a_row_of_every_kind(scene):
    """Else the tests below would leave one out."""
    assert {type(row) for row in rows_of(scene)} == set(OF_FILES)
    assert {model for model in nouns_of_clients() if declared_of(model).actions} < set(OF_FILES)
    assert Employer in OF_FILES


def test_a_change_in_a_file_is_shown_without_any_identifier(scene, desk):
    everything_recorded(scene)
    pages = ["", *(f"?p={page}" for page in range(2, 6))]
    urls = [LIST + page for page in pages]
    urls += [
        reverse(f"admin:staff_auditevent_{page}", args=[event.pk])
        for event in AuditEvent.objects.all()
        for page in ("change", "history")
    ]
    answers = {url: text_of(desk.get(url)) for url in urls}
    told = {url for url, text in answers.items() for one in identifiers_of(scene) if one in text}
    assert told == set()
    assert len(answers) > 90


def test_no_search_finds_a_change_in_a_file(scene, desk):
    everything_recorded(scene)
    found = {
        (one, question)
        for one in identifiers_of(scene)
        for text in (one, one.replace("-", ""), one[:8], one.upper(), f" {one} ")
        for question in (f"q={text}", f"q={text}&action=client_corrected", f"q={text}&o=-4")
        if hits(desk, question)
    }
    assert found == set()
    asked = [f"{name}={one}" for one in identifiers_of(scene) for name in ("target_id", "client_id", "part")]
    assert {desk.get(f"{LIST}?{question}").status_code for question in asked} == {400}


def test_one_letter_finds_no_change_in_a_file_either(scene, desk):
    everything_recorded(scene)
    found = [event for letter in "0123456789abcdef-" for event in hits(desk, f"q={letter}&all=")]
    assert [event for event in found if event.client_id or event.target_type == "trajectories.employer"] == []
    assert "trajectories.contact" not in {event.target_type for event in found}


def test_action_person_moment_and_names_of_fields_stay(scene, desk):
    owner = scene.world.people["owner"]
    event = audit.record(
        by=owner, action=ClientAction.CORRECTED, target=scene.world.client, changes={"phone": ["1", "0612"]}
    )
    page = text_of(desk.get(page_of(event)))
    told = (str(ClientAction.CORRECTED.label), str(owner).casefold(), "telefoon", "2 maart 2026")
    assert [word for word in told if word not in page.casefold()] == []
    assert "0612" not in page


def test_a_number_of_ones_own_import_leads_to_nobody(world, desk):
    """The lines stand in the order of the rows; behind them is no identifier to search by."""
    clients = [ClientFactory(team=world.team, client_number=f"N{number}") for number in range(3)]
    for client in clients:
        audit.record(by=world.people["administrator"], action=ClientAction.REGISTERED, target=client)
    contact = ContactFactory(client=clients[0], staff=world.people["owner"])
    facts = {"client": clients[1]}
    audit.correct(target=contact, action=ContactAction.CORRECTED, by=world.people["owner"], facts=facts)
    pages = [text_of(desk.get(page_of(event))) for event in AuditEvent.objects.all()]
    known = [str(row.public_id) for row in (*clients, contact)]
    assert [one for one in known for page in pages if one in page] == []
    assert [one for one in known if hits(desk, f"q={one}")] == []
    moved = text_of(desk.get(page_of(AuditEvent.objects.get(action="contact_corrected"))))
    assert "cliënt" in moved
    assert "→" not in moved


def test_who_recorded_an_employer_is_not_told(world, desk):
    """Whoever writes about a client records the employer on the way."""
    owner, administrator = world.people["owner"], world.people["administrator"]
    employer = find_or_create_employer(name="Bakkerij Zeldzaam", by=owner)
    recorded = AuditEvent.objects.get()
    correct_employer(employer=employer, by=administrator, municipality="Weesp")
    assert str(owner) not in text_of(desk.get(page_of(recorded)))
    assert str(owner) not in text_of(desk.get(LIST))
    assert "iemand van een team" in text_of(desk.get(page_of(recorded)))
    corrected = text_of(desk.get(page_of(AuditEvent.objects.get(action="employer_corrected"))))
    assert str(administrator) in corrected
    assert str(employer.public_id) not in corrected
    assert hits(desk, f"q={employer.public_id}") == []


def test_no_order_gives_away_who_recorded_an_employer(scene, desk):
    """Sorted by person, a row without a name would stand among those of its maker."""
    orders = [desk.get(f"{LIST}?o={number}").context["cl"].queryset.query.order_by for number in range(8)]
    assert {path.lstrip("-") for order in orders for path in order} == {"at", "action", "target_type", "pk"}


def test_changes_of_teams_and_people_are_found_and_read(world, desk):
    by = world.people["administrator"]
    team = TeamFactory()
    audit.record(by=by, action=TeamAction.CREATED, target=team)
    member = TeamMembershipFactory(team=team)
    changes = {"ended_on": [None, "2026-06-30"]}
    audit.record(by=by, action=MembershipAction.CORRECTED, target=member, changes=changes)
    for row in (team, member):
        identifier = audit._identifier(row)
        (event,) = hits(desk, f"q={identifier}")
        page = text_of(desk.get(page_of(event)))
        assert str(identifier) in page
        assert str(by) in page


def test_the_list_says_of_no_client_that_their_name_was_seen(scene, desk):
    """It names nobody, so "who looked" of a client would tell of a look that nobody had."""
    everything_recorded(scene)
    desk.get(LIST)
    line = AccessLine.objects.latest("pk")
    assert line.code == "admin:staff_auditevent_changelist"
    assert (line.client_id, line.listed or []) == (None, [])
    assert line.row_count > 1


def names_beside() -> Iterator[tuple[type[models.Model], str]]:
    for model in stored_models():
        declared = declared_of(model)
        yield from ((model, name) for name in (declared.beside if declared else ()))


def test_what_a_change_keeps_beside_the_fields_has_words(scene, desk):
    told = {"import_row": "jobs.csv: B1", "import_answer": ImportAnswer.BACK}
    changes = {
        name: ["", told.get(name, RevealReason.UWV)] for model, name in names_beside() if model is Client
    }
    assert {*told} < {*changes}
    event = audit.record(
        by=scene.world.people["owner"],
        action=ClientAction.NUMBER_REVEALED,
        target=scene.world.client,
        changes=changes,
    )
    page = text_of(desk.get(page_of(event)))
    assert [name for name in changes if name in page] == []  # told in words
    assert "reden" in page
    assert RevealReason.UWV not in page.split('class="readonly"')[-1]


def test_a_change_without_words_is_not_recorded():
    with pytest.raises(ValueError, match="does not declare"):
        audit.record(by=None, action=TeamAction.CORRECTED, target=TeamFactory(), changes={"odd": ["", "x"]})
    assert not AuditEvent.objects.filter(target_type=Team._meta.label_lower).exists()

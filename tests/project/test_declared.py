"""A noun about a client is declared once; what is not declared fails closed (ADR 32)."""

from dataclasses import replace
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.test import Client as Browser
from django.urls import reverse

from clients.file import tabs
from clients.file.tabs import TABS
from clients.models import (
    PAGES,
    Assignment,
    Client,
    ClientExport,
    Consent,
    EmergencyAccess,
    EmergencyReason,
    Part,
    SharingGround,
)
from ipsplatform.common import declared as declarations
from ipsplatform.common.declared import declared_nouns, nouns_of_clients
from ipsplatform.operations.access_subject import UndeclaredNounError, part_of
from ipsplatform.operations.database_roles import as_owner
from ipsplatform.privacy.checks import addresses_are_declared, models_are_declared
from staff.audit import services as audit
from staff.models import AccessLine, AuditEvent
from tests.factories import AssignmentFactory
from tests.project.scene import TODAY, addresses, make_scene
from trajectories.file.pages.history import history_lines
from trajectories.file.selectors.history import client_history
from trajectories.models import (
    Appointment,
    Contact,
    DisclosureChoice,
    Job,
    Occurrence,
    SignalCode,
    SignalSnooze,
    Stage,
    StagePeriod,
    StagePeriodHistory,
    Trajectory,
)

pytestmark = [pytest.mark.shows(5, 11, 28), pytest.mark.django_db]

# The part of the file in the line of every address with an identifier; None: about no client.
PARTS = {
    "clients:client_access": "log",
    "clients:client_correct": "person",
    "clients:service_number": "bsn",
    "clients:service_number_record": "bsn",
    "clients:service_number_reveal": "bsn",
    "clients:service_number_remove": "bsn",
    "clients:emergency_end": "emergency",
    "staff:access_change_detail": None,
    "staff:access_change_withdraw": None,
    "clients:review_detail": "review",
    "clients:review_lift": "review",
    "clients:assignment_add": "people",
    "clients:assignment_correct": "people",
    "clients:assignment_end": "people",
    "clients:assignment_hand_over": "people",
    "clients:consent_give": "sharing",
    "clients:consent_withdraw": "sharing",
    "clients:ground_record": "sharing",
    "clients:ground_end": "sharing",
    "trajectories:appointment_detail": "contacts",
    "trajectories:appointment_change": "contacts",
    "trajectories:appointment_move": "contacts",
    "trajectories:appointment_cancel": "contacts",
    "trajectories:appointment_miss": "contacts",
    "trajectories:contact_correct": "contacts",
    "trajectories:contact_withdraw": "contacts",
    "trajectories:client_overview": "overview",
    "trajectories:import_row_answer": "overview",
    "trajectories:client_journey": "journey",
    "trajectories:client_journey_print": "journey",
    "trajectories:client_contacts": "contacts",
    "trajectories:client_work": "work",
    "trajectories:client_export_prepare": "export",
    "trajectories:client_paper_export": "export",
    "trajectories:client_json_export": "export",
    "trajectories:client_sharing": "sharing",
    "trajectories:client_sharing_print": "sharing",
    "trajectories:disclosure_choose": "sharing",
    "trajectories:disclosure_withdraw": "sharing",
    "trajectories:signal_snooze": "overview",
    "trajectories:snooze_lift": "overview",
    "trajectories:trajectory_start": "journey",
    "trajectories:trajectory_plan": "journey",
    "trajectories:trajectory_correct": "journey",
    "trajectories:trajectory_end": "journey",
    "trajectories:death_record": "person",
    "trajectories:death_take_back": "person",
    "trajectories:stage_move": "journey",
    "trajectories:trajectory_reopen": "journey",
    "trajectories:trajectory_withdraw": "journey",
    "trajectories:stage_add": "journey",
    "trajectories:stage_withdraw": "journey",
    "trajectories:stage_end": "journey",
    "trajectories:stage_correct": "journey",
    "trajectories:job_register": "work",
    "trajectories:job_call_off": "work",
    "trajectories:job_end": "work",
    "trajectories:job_withdraw": "work",
    "trajectories:job_correct": "work",
    "trajectories:client_hold": "retention",
    "trajectories:hold_lift": "retention",
    "trajectories:proposal_detail": "retention",
    "trajectories:proposal_keep": "retention",
    "trajectories:proposal_correct": "retention",
    "trajectories:proposal_approve": "retention",
    "trajectories:proposal_withdraw": "retention",
    "trajectories:certificate_print": None,
    "trajectories:employer_detail": None,
    "trajectories:employer_share": None,
    "trajectories:employer_correct": None,
    "trajectories:employer_merge": None,
    "trajectories:employer_unmerge": None,
    "trajectories:employer_person_add": None,
    "trajectories:employer_person_correct": None,
    "trajectories:employer_person_withdraw": None,
    "reports:run_detail": None,
    "reports:run_export": None,
}
NOTED_BY_THE_VIEW = {"clients:review_lift"}  # a review holds an identifier: its address leads to no client
# Pages without an identifier in their address that show a client, and those around the file.
WITHOUT_IDENTIFIER = {
    "clients:client_register": "person",
    "clients:emergency_start": "emergency",
    "clients:review_list": "review",
    "trajectories:agenda": "",
    "trajectories:appointment_make": "contacts",
    "trajectories:contact_write": "contacts",
    "trajectories:caseload_list": "",
    "trajectories:import_own_row_answer": "",
    "trajectories:import_row_list": "",
    "trajectories:search": "",
    "trajectories:retention_list": "",
    "admin:clients_client_changelist": "",
}
TOLD_IN_HISTORY = {
    Client,
    Assignment,
    EmergencyAccess,
    ClientExport,
    Consent,
    SharingGround,
    Trajectory,
    StagePeriod,
    Job,
    Contact,
    DisclosureChoice,
    Appointment,
    Occurrence,
    SignalSnooze,
}


@pytest.fixture
def scene(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    return make_scene(world)


@pytest.fixture
def forgotten_nouns(monkeypatch):
    """What is known of the nouns is read again, also after the test."""

    def forget() -> None:
        declared_nouns.cache_clear()
        part_of.cache_clear()

    yield forget
    monkeypatch.undo()
    forget()


def test_every_address_with_an_identifier_says_which_part_of_the_file_it_shows():
    assert {name for name, address in addresses().items() if "public_id" in address.parameters} == set(PARTS)


def test_line_of_every_address_names_the_client_and_the_part(scene):
    browser, found = Browser(), {}
    scene.world.sign_in(browser, "team_lead")
    for name in PARTS:
        ask = browser.post if name in NOTED_BY_THE_VIEW else browser.get
        number = ask(scene.url(addresses()[name])).wsgi_request.number
        line = AccessLine.objects.filter(request=number).earliest("pk")  # of the page; others may follow
        assert line.code == name
        found[name] = (line.client_id, line.part)
    client = scene.world.client.public_id
    assert found == {name: (client, part) if part else (None, "") for name, part in PARTS.items()}


@pytest.mark.parametrize(("name", "part"), WITHOUT_IDENTIFIER.items())
def test_part_of_a_page_without_an_identifier(name, part):
    assert part_of(reverse(name).lstrip("/")) == part


def test_every_part_of_a_file_has_a_page():
    assert {part for part in PARTS.values() if part} == set(Part)


def test_a_page_of_the_file_that_nothing_declares_stops_the_start_and_is_not_shown(
    monkeypatch, forgotten_nouns
):
    assert addresses_are_declared(None) == []
    monkeypatch.delitem(PAGES, "correct")
    forgotten_nouns()
    assert [error.id for error in addresses_are_declared(None)] == ["ipsplatform.E004"]
    with pytest.raises(UndeclaredNounError):
        part_of("clients/<uuid:public_id>/correct/")


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab.part], ids=lambda tab: tab.name)
def test_a_tab_about_no_noun_needs_the_part_that_it_shows(monkeypatch, forgotten_nouns, tab):
    monkeypatch.setattr(tabs, "TABS", tuple(replace(t, part="") if t == tab else t for t in TABS))
    forgotten_nouns()
    assert {error.id for error in addresses_are_declared(None)} == {"ipsplatform.E004"}


def test_an_identifier_behind_an_unknown_noun_is_not_shown(scene, monkeypatch, forgotten_nouns):
    monkeypatch.setattr(Job, "declared", replace(Job.declared, noun=""))
    forgotten_nouns()
    browser = Browser()
    scene.world.sign_in(browser, "owner")
    with pytest.raises(UndeclaredNounError):
        browser.get(scene.url(addresses()["trajectories:job_correct"]))
    assert [error.id for error in addresses_are_declared(None)] == ["ipsplatform.E004"] * 5


def test_a_page_about_nobody_is_about_a_noun_that_is_declared():
    nobody = {noun for noun, (_model, declared) in declared_nouns().items() if not declared.part}
    assert nobody == {
        "access-changes",
        "certificates",
        "employer-merges",
        "employer-people",
        "employers",
        "reports/runs",
        "signals",
    }


def test_every_model_from_which_keys_lead_to_a_client_is_declared():
    assert run_checks(app_configs=None) == []
    assert declarations.undeclared() == []


@pytest.mark.parametrize("model", nouns_of_clients(), ids=lambda model: model._meta.label)
def test_a_model_about_clients_without_a_declaration_stops_the_build(model, monkeypatch):
    monkeypatch.delattr(model, "declared")
    found = {(error.id, error.msg) for error in models_are_declared(None)}
    assert {error_id for error_id, _message in found} >= {"ipsplatform.E002"}
    if model is not Client:  # without a client nothing leads to one; its fields have no class
        assert ("ipsplatform.E003", f"{model._meta.label} leads to a client.") in found


def test_history_tells_every_action_of_its_nouns_with_the_name_of_the_row(scene):
    """Each action of each row of the scene, recorded for this client, is a line of the history."""
    client, expected = scene.world.client, set()
    assert {
        model for model, noun in nouns_of_clients().items() if noun.in_history and noun.actions
    } == TOLD_IN_HISTORY
    names = names_of_rows(scene)
    for model in TOLD_IN_HISTORY:
        row = model._base_manager.filter(**{model.declared.client: client.pk}).order_by("pk").first()
        for action in model.declared.actions:
            event = audit.record(by=None, action=action, target=row)
            assert (event.client_id, event.part) == (client.public_id, model.declared.part)
            words = str(action.label)
            sentence = words[0].upper() + words[1:]
            expected.add(f"{sentence}: {names[model]}" if model in names else sentence)
    lines = history_lines(client_history(client, show_all=True).changes)
    assert expected <= {line.sentence for line in lines}


def names_of_rows(scene) -> dict[type, str]:
    return {
        Assignment: str(scene.world.client.assignments.order_by("pk").first().user),
        EmergencyAccess: str(EmergencyReason.HULPVRAAG.label),
        StagePeriod: str(Stage(scene.objects["stages"].stage).label),
        Job: "Bakkerij De Korenschoof",
        DisclosureChoice: "Bakkerij De Korenschoof",
        SignalSnooze: str(SignalCode.NO_EMPLOYER.label),
    }


def test_changes_of_holds_and_destruction_are_in_the_log_and_not_in_the_file(scene):
    client = scene.world.client
    for name in ("holds", "proposals"):
        row = scene.objects[name]
        for action in type(row).declared.actions:
            assert audit.record(by=None, action=action, target=row).client_id == client.public_id
    told = {change.event.action for change in client_history(client, show_all=True).changes}
    assert not told & {"hold_placed", "hold_lifted", "destruction_proposed", "destruction_approved"}


def test_a_change_of_what_lies_in_no_file_has_no_client(scene):
    employer, review = scene.objects["employers"], scene.objects["access-reviews"]
    for row in (employer, review):
        event = audit.record(by=None, action=next(iter(type(row).declared.actions)), target=row)
        assert (event.client_id, event.part) == (None, "")


def test_sections_of_the_copy_have_a_heading_and_a_place_of_their_own():
    given = [noun.given for noun in nouns_of_clients().values() if noun.given.section]
    assert all(part.title for part in given)
    assert sorted(part.place for part in given) == list(range(1, len(given) + 1))
    assert len({part.section for part in given}) == len(given)


def test_the_file_links_to_its_tabs(scene, client):
    scene.world.sign_in(client, "owner")
    page = client.get(scene.url(addresses()["trajectories:client_overview"])).content.decode()
    names = ["client_overview", "client_journey", "client_contacts", "client_work"]
    urls = [reverse(f"trajectories:{name}", args=[scene.world.client.public_id]) for name in names]
    assert [f"client_{tab.name}" for tab in TABS] == names
    assert all(f'href="{url}"' in page for url in urls)


def test_relation_is_of_the_day_of_the_page(scene, time_machine):
    """The statement that looks it up is built once a day."""
    scene.world.client.assignments.filter(user=scene.world.people["owner"]).delete()
    person = scene.world.people["other_worker"]
    AssignmentFactory(client=scene.world.client, user=person, ended_on=TODAY)
    url, relations = scene.url(addresses()["trajectories:client_overview"]), []
    for day in (TODAY, date(2026, 3, 3)):
        time_machine.move_to(f"{day}T09:00:00+01:00", tick=False)
        browser = Browser()
        scene.world.sign_in(browser, "other_worker")
        browser.get(url)
        relations.append(AccessLine.objects.latest("pk").relation)
    assert relations == ["caseload", "none"]


@pytest.mark.django_db(transaction=True)
def test_older_lines_get_their_client_also_of_a_row_that_was_taken_back(world):
    scene = make_scene(world)
    stage = scene.objects["stages"]
    older = import_module("trajectories.migrations.0007_whose_file_a_change_lies_in")
    for model in nouns_of_clients():
        row = model._base_manager.order_by("pk").first()
        is_older = model._meta.label_lower in older.KINDS  # nouns that came later have no older lines
        if model.declared.actions and row and is_older:
            audit.record(by=None, action=next(iter(model.declared.actions)), target=row)
    stage.delete()
    assert StagePeriodHistory.objects.filter(public_id=stage.public_id, pgh_label="removed").exists()
    columns = ("pk", "client_id", "part")
    before = set(AuditEvent.objects.values_list(*columns))
    assert {part for _pk, _client, part in before} >= {"person", "journey", "work", "contacts", "sharing"}
    with as_owner():
        AuditEvent.objects.update(client_id=None, part="")
        older.fill(apps, None)
    assert set(AuditEvent.objects.values_list(*columns)) == before

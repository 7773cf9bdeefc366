"""The end of a file: only what a person approved, when it is due, whole, once, and for good."""

import json
from datetime import date
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ForeignKey

from clients.models import (
    AccessReview,
    CitizenServiceNumber,
    Client,
    DestructionCertificate,
    DestructionProposal,
    LegalHold,
    ProposalState,
    RetentionTerm,
)
from clients.people.given_numbers import NumberRefusedError
from clients.people.services import correct_client, register_client
from clients.service_numbers.services import record_service_number
from ipsplatform.common import erased_ids
from ipsplatform.common.errors import RuleError
from reports.runs.services import store_run
from staff.audit import services as audit
from staff.models import AccessLine, AuditEvent
from tests.declarations import classified_tables
from tests.factories import ContactFactory, LegalHoldFactory, TrajectoryFactory, UserFactory
from tests.project.scene import export_of
from tests.trajectories.case_import.import_files import run_import, write_file
from tests.trajectories.retention.retention_cases import MARK, due, old_file, proposed, tables_with
from trajectories.models import Contact, ContactAction, ImportRun, ImportState, Trajectory
from trajectories.retention.services import destruction
from trajectories.retention.services.destruction import client_hash, destroy_due_files
from trajectories.retention.services.terms import place_hold

pytestmark = [pytest.mark.shows(13), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def list_file(settings, tmp_path):
    settings.ERASED_IDS_FILE = str(tmp_path / "erased.jsonl")
    return tmp_path / "erased.jsonl"


@pytest.fixture
def lead():
    return UserFactory(teamleider=True)


@pytest.fixture
def file(lead) -> Trajectory:
    """An old file with history, audit lines, an export, an import that spoke of it, and a deleted contact."""
    trajectory = old_file(worker=UserFactory())
    client = trajectory.client
    correct_client(client=client, by=lead, municipality=f"{MARK} aan Zee")
    Trajectory.objects.update(wish=f"{MARK} anders")
    gone = ContactFactory(client=client, staff=None, note=f"{MARK} weg", occurred_at="1999-06-01T10:00Z")
    Contact.objects.filter(pk=gone.pk).delete()
    export_of(client, lead)
    AccessReview.objects.create(
        rule="night",
        period_from=date(2000, 1, 1),
        period_to=date(2000, 1, 1),
        subject=lead,
        client_id=client.public_id,
        due_on=date(2000, 2, 1),
        note=MARK,
    )
    report = {"refusals": [{"reason": f"{client.client_number} is er al"}]}
    ImportRun.objects.create(state=ImportState.DONE, started_by=lead, report=report)
    return trajectory


def events(path) -> list[tuple[str, str]]:
    return [(entry["id"], entry["event"]) for entry in map(json.loads, path.read_text().splitlines())]


def destroy_in_database(proposal: DestructionProposal) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ips_destroy_file(%s)", [proposal.public_id])


def test_nothing_of_the_file_is_left_anywhere(file, lead):
    client, other = file.client, TrajectoryFactory(wish="blijft")
    due(file, by=lead)
    AccessLine.objects.create(
        at="2026-11-01T10:00Z", code="page", action="R", outcome="done", is_authorised=True,
        client_id=client.public_id, instance="x", component="web",
    )  # fmt: skip
    assert {
        "clients_clienthistory", "staff_auditevent", "trajectories_contacthistory", "trajectories_importrun",
        "trajectories_stageperiod", "trajectories_trajectoryhistory",
    } <= set(tables_with(MARK))  # fmt: skip
    assert destroy_due_files() == 1
    assert tables_with(MARK) == []
    assert tables_with(str(client.public_id)) == ["staff_accessline"]  # kept as long as the law asks
    other.refresh_from_db()
    assert not AuditEvent.objects.filter(target_id=client.public_id).exists()


def test_certificate_says_what_without_content(file, lead):
    client = file.client
    due(file, by=lead)
    destroy_due_files()
    certificate = DestructionCertificate.objects.get()
    assert certificate.client_hash == client_hash(client.public_id)
    assert certificate.approved_by == lead
    assert certificate.ends_on == date(2020, 6, 30)
    counts = certificate.row_counts
    assert counts["clients_client"] == counts["trajectories_trajectory"] == counts["trajectories_job"] == 1
    assert counts["trajectories_contacthistory"] == 1  # of the contact that was deleted before
    assert counts["trajectories_importrun"] == 1
    assert counts["clients_clienthistory"] == 1


def test_identifier_is_on_disk_before_and_after(file, lead, list_file):
    client = file.client
    due(file, by=lead)
    destroy_due_files()
    assert events(list_file) == [(str(client.public_id), "begun"), (str(client.public_id), "done")]
    assert destroy_due_files() == 0
    assert len(events(list_file)) == 2


def test_history_of_a_contact_that_moved_goes_with_the_client_whom_it_was_about(file, lead):
    other = TrajectoryFactory().client
    contact = file.client.contacts.get()
    Contact.objects.filter(pk=contact.pk).update(client=other, note="van een ander")
    due(file, by=lead)
    destroy_due_files()
    assert tables_with(MARK) == []
    assert other.contacts.get().note == "van een ander"


def test_changes_of_a_contact_that_moved_go_with_the_client_whom_they_were_about(file, lead):
    contact, other = file.client.contacts.get(), TrajectoryFactory().client
    corrected = {"action": ContactAction.CORRECTED, "by": lead}
    before = audit.record(target=contact, changes={"note": [MARK, ""]}, **corrected)
    Contact.objects.filter(pk=contact.pk).update(client=other)
    after = audit.record(target=Contact.objects.get(pk=contact.pk), **corrected)
    due(file, by=lead)
    destroy_due_files()
    assert not AuditEvent.objects.filter(pk=before.pk).exists()
    assert AuditEvent.objects.get(pk=after.pk).client_id == other.public_id


def test_citizen_service_number_goes_with_the_file(file, lead, settings):
    settings.BSN_ENABLED, settings.BSN_KEYS = True, [Fernet.generate_key().decode()]
    settings.BSN_INDEX_KEY = "an index key of more than thirty-two characters"
    other = TrajectoryFactory().client
    record_service_number(client=file.client, number="111222333", by=lead)
    record_service_number(client=file.client, number="123456782", by=lead)  # leaves history
    kept = record_service_number(client=other, number="010464554", by=lead)
    gone = CitizenServiceNumber.objects.get(client=file.client)
    due(file, by=lead)
    assert destroy_due_files() == 1
    assert CitizenServiceNumber.objects.get() == kept
    for text in (gone.ciphertext, gone.number_hash, str(gone.public_id)):
        assert tables_with(text) == []
    counts = DestructionCertificate.objects.get().row_counts
    assert counts["clients_citizenservicenumber"] == counts["clients_citizenservicenumberhistory"] == 1


@pytest.mark.parametrize("step", ["record", "_destroy", "_certify"])
def test_crash_at_any_step_is_made_good_by_the_next_run(file, lead, list_file, monkeypatch, step):
    """The process ends just before the step; the next run ends in the same place as one that went well."""
    proposal = due(file, by=lead)

    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erased_ids if step == "record" else destruction, step, crash)
        with pytest.raises(KeyboardInterrupt):
            destroy_due_files()
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.IN_UITVOERING
    with pytest.raises(RuleError):
        place_hold(client=file.client, reason="te laat", until=None, by=lead)
    assert destroy_due_files() == 1
    assert not Client.objects.exists()
    assert DestructionCertificate.objects.count() == 1
    assert events(list_file)[-1] == (str(file.client.public_id), "done")


def test_crash_after_the_rows_are_gone_still_ends_the_line(file, lead, list_file, monkeypatch):
    due(file, by=lead)
    record = erased_ids.record

    def crash_when_done(identifier, event):
        if event == erased_ids.DONE:
            raise KeyboardInterrupt
        record(identifier, event)

    with monkeypatch.context() as patch:
        patch.setattr(erased_ids, "record", crash_when_done)
        with pytest.raises(KeyboardInterrupt):
            destroy_due_files()
    assert not Client.objects.exists()
    assert destroy_due_files() == 0
    assert [event for _identifier, event in events(list_file)] == ["begun", "done"]


def test_without_the_list_outside_the_backup_nothing_is_destroyed(file, lead, settings):
    due(file, by=lead)
    settings.ERASED_IDS_FILE = ""
    assert destroy_due_files() == 0
    assert Client.objects.exists()


def test_waiting_time_is_the_databases_own(file, lead):
    """Whoever has the rights of the application can't date an approval back, nor skip it."""
    proposal = proposed(file)
    refused = [
        {"state": ProposalState.IN_UITVOERING, "approved_by": lead, "approved_at": "2020-01-01T00:00Z",
         "destroy_after": "2020-01-08T00:00Z"},
    ]  # fmt: skip
    for facts in refused:
        with pytest.raises(DatabaseError), transaction.atomic():
            DestructionProposal.objects.filter(pk=proposal.pk).update(**facts)
    DestructionProposal.objects.filter(pk=proposal.pk).update(
        state=ProposalState.GOEDGEKEURD, approved_by=lead, approved_at="2020-01-01T00:00Z",
        destroy_after="2020-01-08T00:00Z", waiting_days=0,
    )  # fmt: skip
    proposal.refresh_from_db()
    assert (proposal.destroy_after - proposal.approved_at).days == 7
    assert proposal.approved_at.year >= 2026
    DestructionProposal.objects.filter(pk=proposal.pk).update(
        state=ProposalState.IN_UITVOERING, destroy_after="2020-01-08T00:00Z"
    )
    with pytest.raises(DatabaseError, match="approved it and its time has come"):
        destroy_in_database(proposal)
    with pytest.raises(DatabaseError), transaction.atomic():
        DestructionProposal.objects.create(
            client=TrajectoryFactory().client, regime=proposal.regime, start_event="inschrijving",
            starts_on="2000-01-01", ends_on="2020-01-01", state=ProposalState.GOEDGEKEURD, approved_by=lead,
            approved_at="2020-01-01T00:00Z", destroy_after="2020-01-08T00:00Z",
        )  # fmt: skip


@pytest.mark.parametrize("state", [ProposalState.VOORGESTELD, ProposalState.GOEDGEKEURD])
def test_database_destroys_only_what_is_being_carried_out(file, lead, state):
    proposal = proposed(file) if state == ProposalState.VOORGESTELD else due(file, by=lead)
    with pytest.raises(DatabaseError, match="approved it and its time has come"):
        destroy_in_database(proposal)
    with pytest.raises(DatabaseError, match="approved it and its time has come"):
        destroy_in_database(DestructionProposal(public_id=uuid4()))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT ips_remove_file(1)",
        "SELECT ips_remove_rows('clients_client', ARRAY[1])",
        "DELETE FROM clients_clienthistory",
        "DELETE FROM staff_auditevent",
        "DELETE FROM clients_destructioncertificate",
    ],
)
def test_application_can_not_remove_history_in_another_way(file, statement):
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_hold_and_new_support_stop_an_approved_destruction(file, lead):
    proposal = due(file, by=lead)
    LegalHoldFactory(client=file.client)
    assert destroy_due_files() == 0
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.VERVALLEN


@pytest.mark.parametrize("reason", ["hold", "trajectory", "assignment"])
def test_database_itself_looks_at_holds_and_use(file, lead, reason):
    proposal = due(file, by=lead)
    DestructionProposal.objects.filter(pk=proposal.pk).update(state=ProposalState.IN_UITVOERING)
    if reason == "hold":
        LegalHoldFactory(client=file.client)
    elif reason == "trajectory":
        TrajectoryFactory(client=file.client)
    else:
        file.client.assignments.create(user=UserFactory(), role="casemanager", started_on="2024-01-01")
    with pytest.raises(DatabaseError, match="on hold or in use"):
        destroy_in_database(proposal)


def test_restore_brings_a_file_back_and_the_command_destroys_it_again(file, lead, list_file, capsys):
    """What a backup of before the destruction holds: the client, and no approval."""
    erased_ids.record(file.client.public_id, erased_ids.DONE)
    kept = TrajectoryFactory().client
    call_command("reapply_erasures")
    assert list(Client.objects.all()) == [kept]
    assert tables_with(MARK) == []
    certificate = DestructionCertificate.objects.get()
    assert certificate.is_after_restore
    call_command("reapply_erasures")
    assert DestructionCertificate.objects.count() == 1
    assert "0 van 1" in capsys.readouterr().out


def test_restore_without_a_list_goes_on_and_is_told(settings, capsys):
    settings.ERASED_IDS_FILE = ""
    call_command("reapply_erasures")
    assert "ERASED_IDS_FILE" in capsys.readouterr().err


def test_half_a_line_of_a_crash_is_skipped(list_file):
    identifier = uuid4()
    erased_ids.record(identifier, erased_ids.BEGUN)
    with list_file.open("a") as half:
        half.write('{"id": "')
    assert erased_ids.recorded() == {identifier: erased_ids.BEGUN}


def test_destroyed_number_does_not_come_back(file, lead, tmp_path):
    number = file.client.client_number
    due(file, by=lead)
    destroy_due_files()
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "clients", {"client_number": number}, {"client_number": "C-nieuw"})
    report = run_import(tmp_path, skip_invalid=True)
    assert [refusal.column for refusal in report.refusals] == ["client_number"]
    assert "kan niet" in report.refusals[0].reason
    assert list(Client.objects.values_list("client_number", flat=True)) == ["C-NIEUW"]
    with pytest.raises(NumberRefusedError):
        register_client(last_name="Terug", client_number=number, by=lead)
    with pytest.raises(NumberRefusedError):
        correct_client(client=Client.objects.get(), client_number=number, by=lead)


def test_number_is_known_after_a_change_of_the_secret_key(file, lead, settings):
    number = file.client.client_number
    due(file, by=lead)
    destroy_due_files()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    with pytest.raises(RuleError):
        register_client(last_name="Terug", client_number=number, by=lead)


def test_stored_figures_stay_as_they_were(file, lead):
    run = store_run(period_kind="quarter", period_from=date(1999, 1, 1), period_to=date(1999, 3, 31))
    figures = list(run.scopes.order_by("pk").values())
    assert figures
    due(file, by=lead)
    destroy_due_files()
    assert list(run.scopes.order_by("pk").values()) == figures


def linked_to_clients() -> set[type]:
    """What the database empties: every model on a path of foreign keys from the client."""
    models = [model for model in apps.get_models() if not hasattr(model, "pgh_tracked_model")]
    reached: set[type] = {Client}
    while found := {model for model in models if model not in reached and _keys_of(model) & reached}:
        reached |= found
    return reached


def _keys_of(model: type) -> set[type]:
    keys = [field for field in model._meta.fields if isinstance(field, ForeignKey) and field.db_constraint]
    return {key.related_model for key in keys}


def test_every_table_about_clients_and_no_other_is_emptied():
    tables = classified_tables().items()
    assert linked_to_clients() == {apps.get_model(label) for label, found in tables if found.part}


def test_tables_have_the_form_that_the_function_expects():
    assert {model._meta.pk.get_internal_type() for model in linked_to_clients()} == {"BigAutoField"}
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        assert tracked is None or model._meta.db_table == f"{tracked._meta.db_table}history"


def test_terms_and_holds_go_with_the_file(file, lead):
    due(file, by=lead)
    destroy_due_files()
    assert not RetentionTerm.objects.exists()
    assert not LegalHold.objects.exists()
    assert not DestructionProposal.objects.exists()

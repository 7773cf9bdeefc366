"""Two administrators for one import: one prepares it, the other releases what it writes."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import UserFactory
from tests.trajectories.case_import.import_files import write_all
from tests.trajectories.case_import.test_import_uploads import ask, has_ended, sign_in
from tests.trajectories.test_same_moment import twice_at_once
from tests.waiting import wait_for
from trajectories.case_import import services as import_run
from trajectories.case_import.tables.running import TABLES
from trajectories.models import ImportRun, ImportState

pytestmark = [pytest.mark.shows(25), pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def first(db):
    return UserFactory(beheerder=True, last_name="Eerste")


@pytest.fixture
def second(db):
    return UserFactory(beheerder=True, last_name="Tweede")


@pytest.fixture
def checked(first, tmp_path):
    """An import that was uploaded and checked."""
    write_all(tmp_path)
    run = ask(tmp_path, first)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    return run


def page(run, name="change"):
    return reverse(f"admin:trajectories_importrun_{name}", args=[run.pk])


def perform(run):
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()


def test_second_person_is_needed_unless_the_installation_says_otherwise(settings):
    assert settings.IMPORT_NEEDS_SECOND_PERSON is True


def test_checked_import_has_a_report_and_has_written_nothing(checked):
    assert (checked.state, Client.objects.count()) == (ImportState.CHECKED, 0)
    assert checked.report["files"]
    assert checked.upload.storage.exists(checked.upload.name)
    for _ in range(2):
        perform(checked)
        assert (checked.state, Client.objects.count()) == (ImportState.CHECKED, 0)


def test_dry_run_needs_nobody(first, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, first, dry_run=True)
    perform(run)
    assert (run.state, run.needs_release, Client.objects.count()) == (ImportState.DONE, False, 0)


def test_files_with_a_refused_row_do_not_wait_for_anybody(first, tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    run = ask(tmp_path, first)
    perform(run)
    assert (run.state, run.upload) == (ImportState.REFUSED, "")


def test_each_sees_who_waits_for_whom_and_only_the_second_can_release(client, checked, first, second):
    sign_in(client, first)
    own = client.get(page(checked)).content.decode()
    assert "Another administrator releases them" in own
    assert str(second) in own
    assert page(checked, "release") not in own
    client.post(page(checked, "release"))
    checked.refresh_from_db()
    assert (checked.state, checked.released_by) == (ImportState.CHECKED, None)
    sign_in(client, second)
    other = client.get(page(checked)).content.decode()
    assert f"{first} waits for you" in other
    assert client.post(page(checked, "release")).url == page(checked)
    checked.refresh_from_db()
    assert (checked.state, checked.released_by) == (ImportState.WAITING, second)
    perform(checked)
    assert (checked.state, Client.objects.count()) == (ImportState.DONE, 1)
    assert f"by {second}" in client.get(page(checked)).content.decode()


def test_both_stand_in_the_log_of_changes(checked, first, second):
    import_run.release_import(run=checked, by=second)
    perform(checked)
    lines = set(AuditEvent.objects.filter(target_id=checked.public_id).values_list("action", "by"))
    assert lines == {
        ("import_requested", first.pk),
        ("import_released", second.pk),
        ("cases_imported", first.pk),
    }


def test_without_a_second_administrator_the_page_says_what_can_be_done(client, checked, first):
    sign_in(client, first)
    assert "There is no other administrator" in client.get(page(checked)).content.decode()


@pytest.mark.parametrize("by", ["first", "second"])
def test_turned_down_or_taken_back_writes_nothing_and_keeps_no_file(client, checked, request, by):
    stored, storage = checked.upload.name, checked.upload.storage
    sign_in(client, request.getfixturevalue(by))
    client.post(page(checked, "turndown"), {"reason": "Oud bestand"})
    import_run.take_up_imports()
    checked.refresh_from_db()
    assert (checked.state, checked.upload, Client.objects.count()) == (ImportState.REFUSED, "", 0)
    assert not storage.exists(stored)
    assert AuditEvent.objects.filter(action="import_turned_down").count() == 1
    with pytest.raises(RuleError):
        import_run.release_import(run=checked, by=UserFactory(beheerder=True))


def test_nobody_else_releases(client, world, checked):
    for persona in ("owner", "team_lead", "monitor"):
        world.sign_in(client, persona)
        assert client.post(page(checked, "release")).status_code == 403
    checked.refresh_from_db()
    assert checked.state == ImportState.CHECKED


def test_other_bytes_than_those_that_were_uploaded_are_not_written(checked, second, tmp_path):
    write_all(tmp_path, clients={"last_name": "Verwisseld"})
    import_run.release_import(run=checked, by=second)
    with checked.upload.storage.open(checked.upload.name, "r+b") as stored:
        content = bytearray(stored.read())
        content[-1] ^= 1
        stored.seek(0)
        stored.write(content)
    perform(checked)
    assert (checked.state, Client.objects.count()) == (ImportState.REFUSED, 0)
    assert "not the one that was uploaded" in checked.report["error"]


def test_what_was_recorded_since_the_check_is_looked_at_again(checked, second):
    import_run.release_import(run=checked, by=second)
    Client.objects.create(client_number="c1", last_name="Zelfde")
    perform(checked)
    assert (checked.state, Client.objects.count()) == (ImportState.REFUSED, 1)


def test_nobody_in_time_is_the_end_of_it(checked):
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=8))
    import_run.take_up_imports()
    checked.refresh_from_db()
    assert (checked.state, checked.upload) == (ImportState.REFUSED, "")
    assert "Nobody released" in checked.report["error"]


def test_waiting_import_is_left_alone_until_then(checked):
    ImportRun.objects.update(
        finished_at=timezone.now() - timedelta(days=6), created_at=timezone.now() - timedelta(days=6)
    )
    import_run.take_up_imports()
    checked.refresh_from_db()
    assert checked.upload.storage.exists(checked.upload.name)


def test_database_knows_no_release_by_the_uploader(checked, first):
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.update(released_by=first, released_at=timezone.now())


def test_so_many_imports_an_hour_and_no_more(client, first, settings, tmp_path):
    settings.IMPORTS_PER_HOUR = 2
    write_all(tmp_path)
    for _ in range(2):
        ask(tmp_path, first, dry_run=True)
    with pytest.raises(RuleError, match="within an hour"):
        ask(tmp_path, first, dry_run=True)
    ask(tmp_path, UserFactory(beheerder=True), dry_run=True)
    ImportRun.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    ask(tmp_path, first, dry_run=True)
    assert ImportRun.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_the_same_moment_release_once(first, second, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, first)
    import_run.perform_import(run_pk=run.pk)
    third = UserFactory(beheerder=True)
    people = iter([second, third])

    def release():
        by = next(people)
        try:
            return import_run.release_import(run=run, by=by).released_by
        except RuleError as refusal:
            return str(refusal)

    done, refused = twice_at_once(release)
    assert (done, type(refused)) == (second, str)
    assert AuditEvent.objects.filter(action="import_released").count() == 1
    wait_for(lambda: has_ended(run) or perform(run) or has_ended(run))
    assert AuditEvent.objects.filter(action="cases_imported").count() == 1
    assert Client.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_worker_checks_waits_and_writes(worker, first, second, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, first)
    wait_for(lambda: ImportRun.objects.get().state == ImportState.CHECKED)
    assert not Client.objects.exists()
    import_run.release_import(run=run, by=second)
    wait_for(lambda: has_ended(run))
    assert ImportRun.objects.get().state == ImportState.DONE
    assert Client.objects.count() == 1


def test_who_turns_it_down_says_why_and_the_first_reads_it(client, checked, first, second):
    sign_in(client, second)
    client.post(page(checked, "turndown"), {"reason": " "})
    checked.refresh_from_db()
    assert checked.state == ImportState.CHECKED
    client.post(page(checked, "turndown"), {"reason": "Oud bestand."})
    checked.refresh_from_db()
    assert (checked.turned_down_by, checked.turned_down_reason) == (second, "Oud bestand")
    sign_in(client, first)
    read = " ".join(client.get(page(checked)).content.decode().split())
    assert f"<h2> Turned down by {second}: Oud bestand. Nothing was written. </h2>" in read


def test_turning_down_is_the_quiet_button(client, checked, second):
    sign_in(client, second)
    buttons = re.findall(r'<input type="submit"[^>]*>', client.get(page(checked)).content.decode())
    assert [("default" in one, "quiet" in one) for one in buttons] == [(True, False), (False, True)]


@pytest.mark.parametrize(("cells", "leads_on"), [({}, True), ({"kind": "mail"}, False)])
def test_dry_run_says_what_fits_and_leads_to_the_real_one(client, first, tmp_path, cells, leads_on):
    write_all(tmp_path, contacts=cells)
    run = ask(tmp_path, first, dry_run=True)
    perform(run)
    sign_in(client, first)
    read = client.get(page(run)).content.decode()
    assert '<th scope="col">fits</th>' in read
    assert "taken over" not in read
    assert ("Import for real now" in read) == leads_on


def test_real_import_says_what_was_taken_over(client, checked, first):
    sign_in(client, first)
    read = client.get(page(checked)).content.decode()
    assert '<th scope="col">fits</th>' in read, "nothing is taken over yet"
    assert "Import for real now" not in read
    import_run.release_import(run=checked, by=UserFactory(beheerder=True))
    perform(checked)
    assert '<th scope="col">taken over</th>' in client.get(page(checked)).content.decode()


def test_upload_page_names_every_column(client, first):
    sign_in(client, first)
    read = client.get(reverse("admin:trajectories_importrun_add")).content.decode()
    for table in TABLES:
        row = read[read.index(f'<th scope="row">{table.name}</th>') :]
        compulsory, optional = re.findall(r"<td>(.*?)</td>", row[: row.index("</tr>")], re.DOTALL)
        for column in table.columns:
            assert f"<code>{column.name}</code>" in (compulsory if column.compulsory else optional)

"""Imports from the administration: the zip file, the form, the page, and a real worker that may be killed."""

import csv
import io
import os
import signal
import zipfile
from datetime import timedelta

import psutil
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.errors import RuleError
from staff.models import AuditEvent
from tests.factories import UserFactory
from tests.trajectories.case_import.import_files import write_all
from tests.waiting import held_up, nobody_runs, somebody_waits, wait_for
from trajectories.case_import import services as import_run
from trajectories.case_import.tables.source import ZipSource
from trajectories.case_import.tasks import run_import, take_up_imports
from trajectories.models import Contact, ImportRun, ImportState

pytestmark = [pytest.mark.shows(16, 19), pytest.mark.usefixtures("english")]

ADD = reverse("admin:trajectories_importrun_add")


@pytest.fixture(autouse=True)
def _one_person_is_enough(settings):
    """test_import_release.py has two."""
    settings.IMPORT_NEEDS_SECOND_PERSON = False


@pytest.fixture
def by(db):
    return UserFactory(beheerder=True)


def sign_in(client, by):
    client.force_login(by)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def zipped(folder, inside=""):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.csv")):
            archive.write(path, inside + path.name)
    return content.getvalue()


def zip_of(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    content.seek(0)
    return content


def ask(folder, by, **options):
    options = {"dry_run": False, "skip_invalid": False} | options
    return import_run.request_import(upload=ContentFile(zipped(folder), "x.zip"), by=by, **options)


# The zip file


@pytest.mark.parametrize("name", ["evil.py", "a/b/teams.csv", "../teams.csv", "/teams.csv", "teams.csv.exe"])
def test_zip_with_anything_else_is_refused(name):
    with pytest.raises(RuleError):
        ZipSource(zip_of({name: "x"}))


def test_zip_may_hold_one_folder_and_what_a_mac_adds():
    source = ZipSource(
        zip_of({"export/Teams.csv": "x", "__MACOSX/export/._Teams.csv": "x", "export/.DS_Store": "x"})
    )
    assert list(source.sizes) == ["teams.csv"]


def test_zip_with_files_in_two_folders_is_refused():
    with pytest.raises(RuleError):
        ZipSource(zip_of({"a/teams.csv": "x", "b/clients.csv": "x"}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a zip", b"team_code,name\n"])
def test_file_that_is_no_zip_is_refused(content):
    with pytest.raises(RuleError, match="not a zip file"):
        ZipSource(io.BytesIO(content))


def test_zip_that_unpacks_to_an_improbable_size_is_refused():
    with pytest.raises(RuleError, match="improbable"):
        ZipSource(zip_of({"teams.csv": "a" * 12_000_000}))


def test_zip_larger_than_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr("trajectories.case_import.tables.unpacking.MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(RuleError, match="larger than"):
        ZipSource(zip_of({"teams.csv": os.urandom(600).hex()}))


# The pages


def test_upload_makes_a_run_under_a_random_name_and_shows_it(client, by, tmp_path):
    write_all(tmp_path)
    sign_in(client, by)
    file = SimpleUploadedFile("geheime naam.zip", zipped(tmp_path))
    response = client.post(ADD, {"upload": file, "skip_invalid": "on"})
    run = ImportRun.objects.get()
    assert response.url == reverse("admin:trajectories_importrun_change", args=[run.pk])
    assert (run.state, run.dry_run, run.skip_invalid, run.started_by) == ("waiting", False, True, by)
    assert "geheime" not in run.upload.name
    assert b"Waiting for the worker" in client.get(response.url).content


@pytest.mark.parametrize("content", [b"team_code,name\n", b"PK\x03\x04"])
def test_wrong_upload_is_refused_on_the_form(client, by, content):
    sign_in(client, by)
    response = client.post(ADD, {"upload": SimpleUploadedFile("x.zip", content)})
    assert b"not a zip file" in response.content
    assert not ImportRun.objects.exists()


def test_upload_over_the_limit_is_refused_on_the_form(client, by, monkeypatch):
    monkeypatch.setattr("trajectories.case_import.forms.MAX_UPLOAD_BYTES", 10)
    sign_in(client, by)
    response = client.post(ADD, {"upload": SimpleUploadedFile("x.zip", b"x" * 11)})
    assert b"larger than" in response.content


def test_page_of_a_run_shows_its_report_and_gives_the_refusals_as_csv(client, by, tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    run = ask(tmp_path, by)
    import_run.perform_import(run_pk=run.pk)
    sign_in(client, by)
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert "contacts.csv" in page
    assert "not one of the codes" in page
    answer = client.get(reverse("admin:trajectories_importrun_refusals", args=[run.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][:3] == ["contacts.csv", "2", "kind"]


def test_list_of_runs_opens(client, by, tmp_path):
    write_all(tmp_path)
    ask(tmp_path, by)
    sign_in(client, by)
    assert client.get(reverse("admin:trajectories_importrun_changelist")).status_code == 200


@pytest.mark.parametrize("persona", ["owner", "team_lead", "monitor"])
def test_only_the_administrator_imports(client, world, persona, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, world.people["administrator"])
    world.sign_in(client, persona)
    for url in (ADD, reverse("admin:trajectories_importrun_refusals", args=[run.pk])):
        assert client.get(url, follow=True).status_code == 403


def test_progress_is_a_fragment_that_reloads_the_page_at_the_end(client, by, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, by)
    sign_in(client, by)
    url = reverse("admin:trajectories_importrun_change", args=[run.pk])
    waiting = client.get(url, headers={"HX-Request": "true"})
    assert "<html" not in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    import_run.perform_import(run_pk=run.pk)
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


# The run


def test_run_is_imported_once_however_often_it_is_asked(by, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, by)
    for _ in range(2):
        import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (ImportState.DONE, 1)
    lines = AuditEvent.objects.filter(target_id=run.public_id)
    assert list(lines.values_list("action", "by")) == [
        ("cases_imported", by.pk),
        ("import_requested", by.pk),
    ]


@pytest.mark.parametrize(
    ("cells", "options", "outcome"),
    [
        ({}, {}, (ImportState.DONE, 1)),
        ({}, {"dry_run": True}, (ImportState.DONE, 0)),
        ({"kind": "mail"}, {}, (ImportState.REFUSED, 0)),
        ({"kind": "mail"}, {"skip_invalid": True}, (ImportState.DONE, 1)),
    ],
)
def test_state_says_what_became_of_the_rows(by, tmp_path, cells, options, outcome):
    write_all(tmp_path, contacts=cells)
    run = ask(tmp_path, by, **options)
    stored, storage = run.upload.name, run.upload.storage
    assert storage.exists(stored)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert (run.state, Client.objects.count()) == outcome
    assert run.upload == ""
    assert not storage.exists(stored)


def test_stored_report_holds_no_names_and_no_notes(by, tmp_path):
    write_all(
        tmp_path,
        clients={"last_name": "Charlie", "birth_date": "Charlie"},
        contacts={"note": "Charlie", "kind": "Charlie", "minutes": "Charlie"},
    )
    run = ask(tmp_path, by)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert run.report["refusals_total"] > 2
    assert "Charlie" not in str(run.report)


def test_import_that_keeps_killing_its_worker_is_given_up(by, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, by)
    ImportRun.objects.update(attempts=3, state=ImportState.RUNNING)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert "stopped several times" in run.report["error"]


def test_file_that_was_left_behind_is_thrown_away(by, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, by)
    ImportRun.objects.update(state=ImportState.FAILED)
    import_run.take_up_imports()
    assert not run.upload.storage.exists(run.upload.name)


# With a real worker


def ask_in_vain(folder, by):
    """A run of which the message never reached the worker, as when the broker is down."""
    with transaction.atomic():
        run = ask(folder, by)
        transaction.get_connection().run_on_commit.clear()
    return run


def has_ended(run):
    return ImportRun.objects.get(pk=run.pk).state not in import_run.UNFINISHED


@pytest.mark.django_db(transaction=True)
def test_worker_imports_an_upload(worker, by, tmp_path):
    write_all(tmp_path)
    run = ask(tmp_path, by)
    wait_for(lambda: has_ended(run))
    assert ImportRun.objects.get().state == ImportState.DONE
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_import_of_a_killed_process_is_done_once_by_the_next(worker, by, tmp_path):
    write_all(tmp_path)
    run = ask_in_vain(tmp_path, by)
    with held_up("trajectories_contact"):
        run_import.delay(run.pk)
        wait_for(somebody_waits)
        (child,) = psutil.Process(worker.pid).children()
        os.kill(child.pid, signal.SIGKILL)
        assert not Client.objects.exists()
    wait_for(lambda: has_ended(run))
    finished = ImportRun.objects.get()
    assert (finished.state, finished.attempts) == (ImportState.DONE, 2)
    assert Contact.objects.count() == 1
    assert AuditEvent.objects.filter(action="cases_imported").count() == 1


@pytest.mark.django_db(transaction=True)
def test_import_of_a_killed_worker_is_taken_up_again(worker, by, tmp_path):
    write_all(tmp_path)
    run = ask_in_vain(tmp_path, by)
    with held_up("trajectories_contact"):
        run_import.delay(run.pk)
        wait_for(somebody_waits)
        worker.kill()
    assert ImportRun.objects.get().state == ImportState.RUNNING
    ImportRun.objects.update(started_at=timezone.now() - timedelta(minutes=3))
    worker.start()
    wait_for(nobody_runs)
    take_up_imports.delay()
    wait_for(lambda: has_ended(run))
    assert ImportRun.objects.get().state == ImportState.DONE
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_lost_message_is_made_up_for(worker, by, tmp_path):
    write_all(tmp_path)
    run = ask_in_vain(tmp_path, by)
    ImportRun.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    import_run.take_up_imports()
    wait_for(lambda: has_ended(run))
    assert ImportRun.objects.get().state == ImportState.DONE

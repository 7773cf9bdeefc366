"""Backup and restore: what comes back is what was there, and nothing is thrown away by mistake."""

import fcntl
import io
import resource
import time
from contextlib import closing
from dataclasses import replace as changed
from datetime import date
from pathlib import Path
from threading import Timer

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pyrage.x25519 import Identity

from clients.models import Client
from ipsplatform.backup import contents, programs, restoring
from ipsplatform.backup.archive import checked
from ipsplatform.common import erased_ids
from ipsplatform.management.commands.migrate_locked import MIGRATIONS_LOCK
from ipsplatform.operations.database_roles import as_owner
from staff.access_log.sealing import seal_lines
from staff.models import AccessLine, StaffSession, Team
from tests.celery_process import environment_of_test_database
from tests.factories import ClientFactory, ContactFactory, TeamFactory
from tests.project.backups import (
    KEY,
    OtherDatabase,
    backup,
    changed_copy,
    differences,
    own_databases,
    replace,
    restore,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shows(18)]


@pytest.fixture(autouse=True)
def _key_and_files(settings, tmp_path):
    settings.BACKUP_RECIPIENT, settings.BACKUP_IDENTITY = [str(KEY.to_public())], str(KEY)
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "media/imports").mkdir(parents=True)
    (tmp_path / "media/imports/cases.csv").write_text("nummer;naam\n1;Aa\n")


@pytest.fixture
def noord() -> Team:
    """A team with a client, a contact that was changed, and sealed lines in the access log."""
    team = TeamFactory(name="FACT Noord")
    contact = ContactFactory(client=ClientFactory(team=team), note="regel een\nregel twee\t\\ é")
    contact.note = "anders"
    contact.save()
    call_command("backup", Path(django_settings.MEDIA_ROOT).parent / "first")  # leaves a line
    seal_lines(settled_after=0)
    return team


@pytest.fixture
def file(noord, tmp_path) -> Path:
    return backup(tmp_path / "backups")


def test_file_is_closed_to_others_and_complete(file, noord):
    manifest = checked(file, [KEY])
    assert file.stat().st_mode & 0o777 == 0o600
    assert manifest.tables["staff_team"][0] == Team.objects.count()
    assert manifest.tables["trajectories_contacthistory"][0] == 1
    assert manifest.files == 1
    assert b"PGDMP" not in file.read_bytes()
    assert not [path for path in file.parent.iterdir() if path.suffix == ".part"]


def test_everything_comes_back(world, noord, client, tmp_path):
    world.sign_in(client, "owner")
    assert StaffSession.objects.exists()
    file = backup(tmp_path / "backups")
    Team.objects.filter(pk=noord.pk).update(name="FACT Zuid")
    imported = Path(django_settings.MEDIA_ROOT) / "imports/cases.csv"
    imported.unlink()
    assert "Rijen en controlegetallen zijn die van de back-up." in replace(file)
    noord.refresh_from_db()
    assert noord.name == "FACT Noord"
    assert imported.read_text().startswith("nummer;naam")
    assert imported.stat().st_mode & 0o777 == 0o600
    assert StaffSession.objects.count() == 0
    assert TeamFactory().pk > noord.pk
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert "Het toegangslog klopt" in said.getvalue()


def test_both_are_logged_with_the_number_of_rows(file):
    rows = checked(file, [KEY]).rows
    replace(file)
    line = AccessLine.objects.order_by("-pk").first()
    assert (line.code, line.component, line.action, line.outcome, line.row_count) == (
        "restore", "command", "E", "done", rows,
    )  # fmt: skip
    assert AccessLine.objects.filter(code="backup", outcome="done").exists()


def test_comparison_names_the_table_that_was_changed(file, noord):
    before = set(differences(file))
    assert before == {
        "staff_accessline: 2 rijen, 1 in de back-up",  # the line of that backup
    }
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE trajectories_contacthistory")
        cursor.execute("UPDATE staff_team SET name = name || ' '")
    assert set(differences(file)) - before == {
        "staff_team: evenveel rijen, andere inhoud",
        "staff_teamhistory: 1 rijen, 0 in de back-up",
        "trajectories_contacthistory: 0 rijen, 1 in de back-up",
    }


def test_people_are_not_overwritten_by_mistake(file, noord):
    with pytest.raises(CommandError, match="Er staan mensen in de database"):
        restore(file)
    with pytest.raises(CommandError, match="niet another"):
        restore(file, replace="another")
    assert AccessLine.objects.filter(code="restore", outcome="failed").count() == 2


def test_other_content_leaves_everything_as_it_was(file, noord, tmp_path):
    Team.objects.filter(pk=noord.pk).update(name="FACT Zuid")
    imported = Path(django_settings.MEDIA_ROOT) / "imports/cases.csv"
    imported.write_text("later")
    manifest = checked(file, [KEY])
    other = changed(manifest, tables={**manifest.tables, "staff_team": [1, "7"]})
    for options in ({"check": True}, {"replace": connection.settings_dict["NAME"]}):
        with pytest.raises(
            CommandError, match=r"niets geschreven\.\nstaff_team: evenveel rijen, andere inhoud"
        ):
            restore(changed_copy(file, tmp_path / "other", other), **options)
    other = changed(manifest, tables={**manifest.tables, "not_there": [1, "7"]})
    with pytest.raises(CommandError, match=r'psql: ERROR: +relation "public.not_there" does not exist'):
        replace(changed_copy(file, tmp_path / "other", other))
    noord.refresh_from_db()
    assert (noord.name, imported.read_text()) == ("FACT Zuid", "later")


def test_refused_row_leaves_everything_as_it_was_and_is_not_told(noord, tmp_path):
    """A row that PostgreSQL took, and does not take again."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET SESSION backup.test = 'on'")
        cursor.execute(
            "CREATE TABLE refused (word text CHECK (current_setting('backup.test', true) IS NOT NULL))"
        )
        cursor.execute("INSERT INTO refused VALUES ('geheim')")
    try:
        file = backup(tmp_path / "backups")
        Team.objects.filter(pk=noord.pk).update(name="FACT Zuid")
        with pytest.raises(CommandError, match=r"psql: ERROR: .* violates check constraint") as refusal:
            replace(file)
        assert "geheim" not in str(refusal.value)
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("DROP TABLE refused")
    noord.refresh_from_db()
    assert noord.name == "FACT Zuid"


def test_file_outside_its_folder_is_refused(file, noord, tmp_path):
    manifest = checked(file, [KEY])
    outside = {"files/../../outside": b"x"}
    with pytest.raises(CommandError, match="buiten MEDIA_ROOT"):
        replace(changed_copy(file, tmp_path / "outside-file", changed(manifest, files=2), **outside))
    assert not (tmp_path / "outside").exists()


def test_missing_file_is_noticed(file, tmp_path):
    manifest = checked(file, [KEY])
    with pytest.raises(CommandError, match="beschadigd of afgekapt"):
        replace(changed_copy(file, tmp_path / "less", changed(manifest, files=2)))


def test_newer_version_is_refused(noord, tmp_path):
    with as_owner():
        MigrationRecorder(connection).record_applied("staff", "9999_later")
        try:
            newer = backup(tmp_path / "newer")
        finally:
            MigrationRecorder(connection).record_unapplied("staff", "9999_later")
    with pytest.raises(CommandError, match=r"nieuwere versie, met staff\.9999_later"):
        replace(newer)


def test_backup_of_an_older_version_is_brought_up_to_date(noord, tmp_path):
    with as_owner():
        call_command("migrate", "reports", "0001", verbosity=0)
        older = backup(tmp_path / "older")
        call_command("migrate", verbosity=0)
    assert "reports.0002_run_waiting" not in checked(older, [KEY]).migrations
    replace(older)
    assert "reports.0002_run_waiting" in contents.applied_migrations()


def test_check_restores_into_a_scratch_database_and_writes_nothing(file):
    lines, databases = AccessLine.objects.count(), own_databases()
    assert "De back-up is op proef teruggezet en is heel" in restore(file, check=True)
    assert (AccessLine.objects.count(), own_databases()) == (lines, databases)


def test_scratch_database_that_is_there_stays_empty(file):
    with closing(OtherDatabase("scratch")) as scratch:
        assert "is heel" in restore(file, check=True)
        with psycopg.connect(scratch.environment["DATABASE_OWNER_URL"]) as owner:
            assert owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (
                0,
            )


def test_role_that_may_make_no_database_is_told_to_ask_for_one(file):
    with pytest.raises(CommandError, match=r"Maak voor het proberen van een back-up de database .*_scratch"):
        restoring.try_out(file, [KEY], checked(file, [KEY]))


@pytest.mark.parametrize("options", [{"check": True}, {"replace": "the database"}])
def test_damaged_or_foreign_backup_is_refused_before_anything_is_written(file, settings, noord, options):
    options = {**options, "replace": connection.settings_dict["NAME"] if "replace" in options else ""}
    damaged, content = file.with_name("damaged"), file.read_bytes()
    for broken in (content[:-1] + bytes([content[-1] ^ 1]), content[:-1], content[: len(content) // 2]):
        damaged.write_bytes(broken)
        with pytest.raises(CommandError, match="beschadigd"):
            restore(damaged, **options)
    settings.BACKUP_IDENTITY = str(Identity.generate())
    with pytest.raises(CommandError, match="past niet op deze back-up"):
        restore(file, **options)
    assert not AccessLine.objects.filter(code="restore").exists()


def test_machine_that_makes_backups_needs_no_key_that_opens_them(settings, tmp_path):
    settings.BACKUP_IDENTITY = ""
    file = backup(tmp_path / "backups")
    with pytest.raises(CommandError, match="stel BACKUP_IDENTITY in"):
        restore(file)
    settings.BACKUP_IDENTITY = str(KEY)
    assert "is heel" in restore(file, check=True)


def test_without_a_recipient_nothing_is_written(settings, tmp_path):
    settings.BACKUP_RECIPIENT = []
    with pytest.raises(CommandError, match="stel BACKUP_RECIPIENT in"):
        backup(tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_wrong_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match=r"In .*/file kan niets worden geschreven: dat is een bestand"):
        backup(tmp_path / "file")


def test_full_disk_leaves_nothing(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(
            CommandError,
            match=r"kan niets worden geschreven: zo groot mag een bestand daar niet worden\. .*geen back-up",
        ):
            backup(tmp_path / "backups")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".backup.lock"]
    assert AccessLine.objects.filter(code="backup", outcome="failed").exists()


@pytest.mark.parametrize(
    ("pg_dump", "reason"),
    [
        (None, "pg_dump ontbreekt: stel POSTGRES_BIN in"),
        ("echo 'pg_dump (PostgreSQL) 14.2'", "pg_dump heeft versie 14 en de server"),
        (
            "[ $1 = --version ] && echo 99 && exit; echo half; echo 'out of breath' >&2; exit 1",
            "out of breath",
        ),
        ("[ $1 = --version ] && echo 99; echo 'no dump at all, and it ends well'", "pg_restore: error"),
    ],
    ids=["missing", "too old", "fails", "writes nonsense"],
)
def test_backup_that_pg_dump_does_not_make_does_not_appear(settings, tmp_path, pg_dump, reason):
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pg_restore").symlink_to(programs.path_of("pg_restore"))
    if pg_dump:
        (folder / "pg_dump").write_text(f"#!/bin/sh\n{pg_dump}\n")
        (folder / "pg_dump").chmod(0o755)
    settings.POSTGRES_BIN = str(folder)
    with pytest.raises(CommandError, match=reason):
        backup(tmp_path / "backups")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".backup.lock"]


@pytest.mark.parametrize("work", [lambda file: backup(file.parent / "second"), replace])
def test_backup_and_restore_wait_for_a_migration_that_runs(file, work):
    with psycopg.connect(environment_of_test_database()["DATABASE_OWNER_URL"], autocommit=True) as migrating:
        migrating.execute("SELECT pg_advisory_lock(%s)", [MIGRATIONS_LOCK])
        ended = []

        def end() -> None:
            ended.append(time.monotonic())
            migrating.execute("SELECT pg_advisory_unlock(%s)", [MIGRATIONS_LOCK])

        Timer(4, end).start()  # longer than a restore takes
        work(file)
        assert ended


def test_erased_people_are_erased_again(file, noord, settings, tmp_path):
    settings.ERASED_IDS_FILE = str(tmp_path / "erased")
    client = Client.objects.get()
    erased_ids.record(client.public_id, erased_ids.DONE)
    replace(file)
    assert not Client.objects.filter(public_id=client.public_id).exists()


def test_keep_removes_older_backups_and_nothing_else(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    older = [folder / f"ips-2026030{day}T000000Z.tar.age" for day in (1, 2)]
    newest = backup(folder)
    for path in older:
        path.write_bytes(newest.read_bytes())
    foreign = [
        folder / "ips-20250101T000000Z.tar.age",
        folder / "ips-20250101T000000Z.backup",
        folder / "ips-notes.txt",
        folder / "dump.sql",
    ]
    for path in foreign:
        path.write_text("of somebody else")
    newest.unlink()
    newest = backup(folder, keep=2)
    assert [path for path in older if path.exists()] == older[1:]
    assert newest.exists()
    assert all(path.exists() for path in foreign)
    with pytest.raises(CommandError, match="--keep 0"):
        backup(folder, keep=0)


def test_two_do_not_write_at_once_and_a_killed_one_leaves_nothing(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / ".ips-20260301T000000Z.tar.age.part").write_bytes(b"half")
    with (folder / ".backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="al een andere back-up"):
            backup(folder)
    backup(folder)
    assert not list(folder.glob(".ips-*.part"))


def test_into_an_empty_database_with_a_month_of_long_ago(noord, tmp_path):
    """As after a disaster: a new process, a database without a table, its owner's address."""
    month = "staff_accessline_2020_01"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {month} PARTITION OF staff_accessline"
            " FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')"
        )
    try:
        AccessLine.objects.create(
            at="2020-01-15T12:00Z", code="old", action="R", outcome="done", is_authorised=True,
            purpose="zorg", instance="x", component="web",
        )  # fmt: skip
        file = backup(tmp_path / "backups")
        with closing(OtherDatabase("empty")) as empty:
            done = empty.manage("restore", str(file))
            assert done.returncode == 0, done.stderr
            with psycopg.connect(empty.environment["DATABASE_URL"]) as application:  # has its rights again
                found = application.execute("SELECT at::date FROM staff_accessline WHERE code = 'old'")
                assert found.fetchone() == (date(2020, 1, 15),)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    application.execute(f"SELECT FROM {month}")
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {month}")

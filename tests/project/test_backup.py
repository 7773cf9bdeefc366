"""Backup and restore: what comes back is what was there, and nothing is thrown away by mistake."""

import fcntl
import io
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from ipsplatform.backup import tables
from ipsplatform.backup.archive import checked, entries, owner_of, writing
from ipsplatform.operations.database_roles import as_owner
from staff.access_log.sealing import seal_lines
from staff.models import AccessLine, StaffSession, Team
from tests.celery_process import environment_of_test_database
from tests.factories import ClientFactory, ContactFactory, TeamFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shows(18)]
KEY = "sleutel-van-de-kluis-die-lang-genoeg-is-0001"


@pytest.fixture(autouse=True)
def _key_and_files(settings, tmp_path):
    settings.BACKUP_KEY = KEY
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


def backup(folder: Path, **options: object) -> Path:
    call_command("backup", folder, stdout=io.StringIO(), **options)
    return max(path for path in folder.iterdir() if path.name.startswith("ips-"))


def restore(path: Path, **options: object) -> str:
    said = io.StringIO()
    call_command("restore", path, stdout=said, **options)
    return said.getvalue()


def replace(path: Path) -> str:
    return restore(path, replace=connection.settings_dict["NAME"])


def differences(path: Path) -> list[str]:
    manifest = checked(path, key=KEY)[1]
    with as_owner(), connection.cursor() as cursor:
        return tables.differences(cursor, manifest)


def changed_copy(path: Path, target: Path, change) -> Path:
    """A backup that is whole and says something else; `change` is called with its manifest-keeping writer."""
    about, manifest = checked(path, key=KEY)
    with target.open("wb") as file, writing(file, key=KEY) as archive:
        archive.add_about(about)
        archive.manifest.sequences = manifest.sequences
        content: dict[str, bytes] = {}
        for name, part in entries(path, key=KEY):
            if owner_of(name)[0] == "tables":
                content[owner_of(name)[1]] = content.get(owner_of(name)[1], b"") + part.read()
        change(content, archive)
        for table, rows in content.items():
            archive.add_table(table, [rows])
        archive.add_manifest()
    return target


def test_file_is_closed_to_others_and_complete(file, noord):
    _about, manifest = checked(file, key=KEY)
    assert file.stat().st_mode & 0o777 == 0o600
    assert manifest.tables["staff_team"].size == Team.objects.count()
    assert manifest.tables["trajectories_contacthistory"].size == 1
    assert "imports/cases.csv" in manifest.files
    assert not manifest.tables.keys() & {"staff_staffsession", "django_migrations"}
    assert not [path for path in file.parent.iterdir() if path.suffix == ".part"]


def test_everything_comes_back(world, file, noord, client):
    world.sign_in(client, "owner")
    Team.objects.filter(pk=noord.pk).update(name="FACT Zuid")
    imported = Path(django_settings.MEDIA_ROOT) / "imports/cases.csv"
    imported.unlink()
    assert "Rijen, controlegetallen en tellers zijn die van de back-up." in replace(file)
    noord.refresh_from_db()
    assert noord.name == "FACT Noord"
    assert imported.read_text().startswith("nummer;naam")
    assert imported.stat().st_mode & 0o777 == 0o600
    assert StaffSession.objects.count() == 0
    assert TeamFactory().pk > noord.pk
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert "Het toegangslog klopt" in said.getvalue()


def test_both_are_remembered_with_the_number_of_rows(file):
    rows = checked(file, key=KEY)[1].rows
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
        "staff_accessline_id_seq: telt verder vanaf een ander nummer",
    }
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE trajectories_contacthistory")
        cursor.execute("UPDATE staff_team SET name = name || ' '")
        cursor.execute("SELECT setval('staff_team_id_seq', 999)")
    assert set(differences(file)) - before == {
        "staff_team: evenveel rijen, andere inhoud",
        "staff_teamhistory: 1 rijen, 0 in de back-up",
        "staff_teamhistory_pgh_id_seq: telt verder vanaf een ander nummer",
        "staff_team_id_seq: telt verder vanaf een ander nummer",
        "trajectories_contacthistory: 0 rijen, 1 in de back-up",
    }


def test_people_are_not_overwritten_by_mistake(file, noord):
    with pytest.raises(CommandError, match="Er staan mensen in de database"):
        restore(file)
    with pytest.raises(CommandError, match="niet another"):
        restore(file, replace="another")
    assert AccessLine.objects.filter(code="restore", outcome="failed").count() == 2


def test_refused_content_leaves_everything_as_it_was(file, noord, tmp_path):
    def without_teams(content, _archive):
        content["staff_team"] = b""

    Team.objects.filter(pk=noord.pk).update(name="FACT Zuid")
    with pytest.raises(CommandError, match=r"database weigert.*Er is niets geschreven"):
        replace(changed_copy(file, tmp_path / "without", without_teams))
    noord.refresh_from_db()
    assert noord.name == "FACT Zuid"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)


def test_file_outside_its_folder_is_refused(file, tmp_path):
    def outside(_content, archive):
        archive.add_file("../outside", b"x")

    with pytest.raises(CommandError, match="buiten MEDIA_ROOT"):
        replace(changed_copy(file, tmp_path / "outside-file", outside))
    assert not (tmp_path / "outside").exists()


def test_newer_version_is_refused(noord, tmp_path):
    with as_owner():
        MigrationRecorder(connection).record_applied("staff", "9999_later")
        try:
            newer = backup(tmp_path / "newer")
        finally:
            MigrationRecorder(connection).record_unapplied("staff", "9999_later")
    with pytest.raises(CommandError, match=r"nieuwere versie, met staff\.9999_later"):
        replace(newer)


def test_check_reads_all_and_writes_nothing(file):
    before = AccessLine.objects.count()
    assert "De back-up is heel" in restore(file, check=True)
    assert AccessLine.objects.count() == before
    damaged = file.with_name("damaged")
    content = file.read_bytes()
    damaged.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(CommandError, match="beschadigd"):
        restore(damaged, check=True)


@pytest.mark.parametrize(("key", "reason"), [("", "stel BACKUP_KEY in"), ("kort", "korter dan 40")])
def test_readable_backup_must_be_asked_for(settings, tmp_path, key, reason):
    settings.BACKUP_KEY = key
    with pytest.raises(CommandError, match=reason):
        backup(tmp_path / "backups")
    assert not (tmp_path / "backups").exists()
    assert backup(tmp_path / "backups", plain=True).name.endswith(".tar.gz")


def test_keep_removes_older_backups_and_nothing_else(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    older = [folder / f"ips-2026030{day}T000000Z.backup" for day in (1, 2)]
    newest = backup(folder)
    for path in older:
        path.write_bytes(newest.read_bytes())
    foreign = [folder / "ips-20250101T000000Z.backup", folder / "ips-notes.txt", folder / "dump.sql"]
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
    (folder / ".ips-20260301T000000Z.backup.part").write_bytes(b"half")
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
        with closing(EmptyDatabase()) as empty:
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


class EmptyDatabase:
    """A second database beside that of this test process."""

    def __init__(self) -> None:
        ours = environment_of_test_database()
        self.name, self.server = f"{connection.settings_dict['NAME']}_empty", ours["DATABASE_OWNER_URL"]
        self.environment = {**ours, "BACKUP_KEY": KEY, "MEDIA_ROOT": django_settings.MEDIA_ROOT}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            self.environment[name] = urlsplit(ours[name])._replace(path=f"/{self.name}").geturl()
        self.close()
        self._ask("CREATE DATABASE {}")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=django_settings.BASE_DIR, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def close(self) -> None:
        self._ask("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _ask(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as owner:
            owner.execute(sql.SQL(statement).format(sql.Identifier(self.name)))

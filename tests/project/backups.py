"""Backups that are made, changed and put back in a test."""

import io
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql
from pyrage.x25519 import Identity

from ipsplatform.backup import archive, contents
from ipsplatform.backup.archive import Manifest, checked
from ipsplatform.operations.database_roles import as_owner
from tests.celery_process import environment_of_test_database

KEY = Identity.generate()


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
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        return contents.differences(contents.contents(cursor), checked(path, [KEY]).tables)


def changed_copy(path: Path, target: Path, manifest: Manifest, **more: bytes) -> Path:
    """The same dump with another manifest, and more files."""
    with target.open("wb") as file, archive.writing(file, [KEY.to_public()]) as tar:
        for name, content in archive.entries(path, [KEY]):
            if name != archive.MANIFEST:
                archive.add(tar, name, content)
        for name, content in more.items():
            archive.add(tar, name, content)
        archive.add_manifest(tar, manifest)
    return target


class OtherDatabase:
    """A second database beside that of this test process."""

    def __init__(self, kind: str) -> None:
        ours = environment_of_test_database()
        self.name, self.server = f"{connection.settings_dict['NAME']}_{kind}", ours["DATABASE_OWNER_URL"]
        self.environment = {**ours, "BACKUP_IDENTITY": str(KEY), "MEDIA_ROOT": django_settings.MEDIA_ROOT}
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
        try:
            self._ask("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        except psycopg.errors.InsufficientPrivilege:  # an autovacuum, which only a plain DROP ends
            self._ask("DROP DATABASE IF EXISTS {}")

    def _ask(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as owner:
            owner.execute(sql.SQL(statement).format(sql.Identifier(self.name)))


def own_databases() -> set[str]:
    """This process's own: another one may be making its scratch database at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database"
            " WHERE datname IN (current_database(), current_database() || '_scratch')"
        )
        return {name for (name,) in cursor.fetchall()}

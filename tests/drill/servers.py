"""A PostgreSQL that archives its log as docs/operations.md tells, in a folder of its own; to be lost."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

import psutil

from ipsplatform.embedded.servers import Addresses, Postgres, free_port, own_by_service_user

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ARCHIVE_SCRIPT = BASE_DIR / "docker/archive-wal.sh"
RESTORE_SCRIPT = BASE_DIR / "docker/restore-base.sh"
ARCHIVE_TIMEOUT = 5  # seconds; production: 60
COPIER = "ips_backup"  # may copy the cluster, reads no table


class ArchivingPostgres(Postgres):
    """The server of the demo with archiving switched on, and a role that may copy it."""

    def __init__(self, folder: Path, archive: Path) -> None:
        super().__init__(folder)
        self.archive = archive

    def command(self, addresses: Addresses) -> list[str]:
        options = {
            "archive_mode": "on",
            "archive_timeout": f"{ARCHIVE_TIMEOUT}s",
            "archive_command": f'sh "{ARCHIVE_SCRIPT}" "%p" "%f" "{self.archive}"',
        }
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        return [*super().command(addresses), *arguments]

    def _make_roles(self, addresses: Addresses) -> None:
        super()._make_roles(addresses)
        self._ask("postgres", f"CREATE ROLE {COPIER} LOGIN REPLICATION PASSWORD '{addresses.password}'")
        with (self.data / "pg_hba.conf").open("a") as lines:
            lines.write(f"host replication {COPIER} 127.0.0.1/32 scram-sha-256\n")

    def copy(self, target: Path, addresses: Addresses) -> None:
        """Make a base backup of the running server, and have PostgreSQL check it."""
        name = ["--host=127.0.0.1", f"--port={addresses.postgres_port}", f"--username={COPIER}"]
        _run(
            self.program("pg_basebackup"), *name, f"--pgdata={target}", "--checkpoint=fast",
            PGPASSWORD=addresses.password,
        )  # fmt: skip
        _run(self.program("pg_verifybackup"), str(target))

    def lose(self) -> None:
        """End every process of the server at once, and remove its disk."""
        server = self.process()
        processes = [*server.children(recursive=True), server]
        for process in reversed(processes):
            process.kill()
        psutil.wait_procs(processes, timeout=30)
        shutil.rmtree(self.data)

    def recover(self, copy: Path, addresses: Addresses, *, moment: str = "") -> None:
        """Start from a base backup and what was archived, up to the last segment or that moment."""
        _run("bash", str(RESTORE_SCRIPT), str(copy), str(self.archive), PGDATA=str(self.data), MOMENT=moment)
        for path in (self.data, *self.data.rglob("*")):
            own_by_service_user(path)
        self.start(addresses)


def archive_folder(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    own_by_service_user(folder)
    return folder


def new_addresses(valkey_port: int) -> Addresses:
    password = secrets.token_urlsafe(24)
    return Addresses(free_port(), valkey_port, password, owner_password=secrets.token_urlsafe(24))


def _run(*command: str, **environment: str) -> None:
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stderr.strip()}")

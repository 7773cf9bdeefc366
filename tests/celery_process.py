"""A real Celery worker in a process of its own, on the test database and the test queue."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from ipsplatform.celery import app

READY_SECONDS = 60


class CeleryWorker:
    """Start, stop or kill one worker; `log()` is what it wrote."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.name = ""
        self.log_path = Path(tempfile.mkdtemp(prefix="celery-")) / "worker.log"

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self) -> None:
        self.name = f"{time.monotonic_ns()}@test"
        options = [
            "--pool=prefork",
            "--concurrency=1",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ]
        command = [sys.executable, "-m", "celery", "-A", "ipsplatform", "worker", "-n", self.name, *options]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=environment_of_test_database(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_SECONDS
        while not app.control.ping(destination=[self.name], timeout=0.5):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The Celery worker does not start:\n{self.log()}")

    def stop(self) -> None:
        """Ask it to finish what it does, then end it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the worker and its child in the middle of whatever they do, as kill -9 does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")


def environment_of_test_database() -> dict[str, str]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.test",
        "DATABASE_URL": database.geturl(),
    }

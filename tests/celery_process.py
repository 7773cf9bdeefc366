"""A real Celery worker in a process of its own, on the test database and the test queue."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import connection

from ipsplatform.celery import app
from ipsplatform.operations.processes import end_with_parent
from tests.waiting import PATIENCE, comes_true

QUEUE = "celery"


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
                env={**environment_of_test_database(), "LOG_LEVEL": "INFO"},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_tests,  # noqa: PLW1509 (one thread)
            )
        answers = comes_true(lambda: not self.is_running() or self.answers())
        if not (answers and self.is_running()):
            self.kill()
            raise RuntimeError(f"The Celery worker does not start:\n{self.log()}")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        return bool(app.control.ping(destination=[self.name], timeout=1))

    def is_idle(self) -> bool:
        """Nothing is asked, taken up or planned; a worker that does not answer is busy."""
        if _broker().llen(QUEUE):  # the queue first: a message goes from there to the worker
            return False
        inspect = app.control.inspect([self.name])
        answers = [ask() for ask in (inspect.scheduled, inspect.reserved, inspect.active)]
        return not any(answer is None or any(answer.values()) for answer in answers)

    def listen(self) -> None:
        """Take tasks from now on, started if need be; what was asked while nobody listened is forgotten."""
        forget_tasks()
        if not self.is_running():
            self.start()
        elif not comes_true(lambda: app.control.add_consumer(QUEUE, destination=[self.name], reply=True)):
            raise RuntimeError(f"The Celery worker does not answer:\n{self.log()}")

    def pause(self) -> None:
        """Take no tasks for now: those of a test without a worker would be done while it looks."""
        self.rest()
        if self.is_running() and not app.control.cancel_consumer(QUEUE, destination=[self.name], reply=True):
            self.kill()

    def rest(self) -> None:
        """Let it finish all that was asked. One that can't is ended, and all is forgotten."""
        if not self.is_running() or not comes_true(lambda: not self.is_running() or self.is_idle()):
            self.kill()
            forget_tasks()

    def stop(self) -> None:
        """Ask it to finish what it does, then end it."""
        if self.is_running():
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=PATIENCE)
        self.kill()

    def kill(self) -> None:
        """End the worker and its child in the middle of whatever they do, as kill -9 does."""
        if self.is_running():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")


def forget_tasks() -> None:
    """Nothing is asked any more."""
    _broker().delete(QUEUE, "unacked", "unacked_index")


def _end_with_tests() -> None:
    """A worker of tests that were cut off would take the tasks of the next ones."""
    end_with_parent(signal.SIGKILL)


def environment_of_test_database() -> dict[str, str]:
    path = f"/{connection.settings_dict['NAME']}"
    addresses = {
        name: urlsplit(os.environ[name])._replace(path=path).geturl()
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.test", **addresses}


def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)

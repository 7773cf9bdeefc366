"""The whole product as the demo runs it, in a folder and on ports of its own, to be killed part by part."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from django.db import connections

from ipsplatform.demo.running import HOST, Child, answers_ready, children_on
from ipsplatform.embedded import keeper
from ipsplatform.embedded.servers import Postgres, Server, Valkey, free_port
from tests.faults.browser import Browser

PASSWORD = "een lange zin die ik onthoud"

PATIENCE = 90  # seconds; only what never comes is a failure
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "MEDIA_ROOT", "DATABASE_POOL_SIZE")
QUICK = {"OUTBOX_SECONDS": "5", "HEARTBEAT_SECONDS": "5"}  # a minute in production


class FaultError(Exception):
    """Something that must come did not come."""


def wait_until(condition: Callable[[], object], *, what: str, seconds: float = PATIENCE) -> float:
    """Seconds until the condition holds."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise FaultError(f"{what}: not within {seconds} seconds")
        time.sleep(0.05)
    return time.monotonic() - began


class Installation:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ips-faults-"))
        for name in OURS:
            os.environ.pop(name, None)
        os.environ.update(
            QUICK, IPS_LOCAL_DIR=str(self.folder), DJANGO_SETTINGS_MODULE="ipsplatform.settings.demo"
        )
        self.port = free_port()
        self._signed_in: dict[str, Browser] = {}
        self.web, self.worker, self.beat = children_on(self.port)
        for child in (self.web, self.worker, self.beat):
            child.log = self.folder / f"{child.arguments[0]}-{child.name.split()[-1]}.log"

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def signed_in(self, username: str) -> Browser:
        """The browser of this person, who stays signed in."""
        if username not in self._signed_in:
            self._signed_in[username] = Browser(self.address)
            self._signed_in[username].sign_in(username, PASSWORD)
        return self._signed_in[username]

    @contextmanager
    def without_pool(self) -> Iterator[None]:
        """For this process, as for Celery; the web server that it starts later has one."""
        os.environ["DATABASE_POOL_SIZE"] = "0"
        yield
        del os.environ["DATABASE_POOL_SIZE"]

    def migrate_twice_at_once(self) -> list[str]:
        """What two containers print that start at the same time on an empty database."""
        command = [sys.executable, "manage.py", "migrate_locked", "--no-color"]
        both = [
            subprocess.Popen(
                command, cwd=keeper.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            for _ in range(2)
        ]
        printed = [process.communicate(timeout=2 * PATIENCE)[0] for process in both]
        if any(process.returncode for process in both):
            raise FaultError("migrate_locked fails: " + " ".join(text[-300:] for text in printed))
        return printed

    def start(self) -> None:
        for child in (self.web, self.worker, self.beat):
            child.start()
        self.wait_until_ready()

    def wait_until_ready(self) -> float:
        return wait_until(lambda: answers_ready(self.port), what="the web server is ready")

    def server(self, kind: type[Server]) -> psutil.Process:
        """The running PostgreSQL or Valkey, which the keeper may just be starting."""
        wait_until(kind(self.folder).is_running, what=f"{kind.name} runs")
        return kind(self.folder).process()

    def kill_postgres(self, *, with_children: bool) -> None:
        kill_9(self.server(Postgres), with_children=with_children)

    @contextmanager
    def without_broker(self) -> Iterator[None]:
        """Valkey is killed, and its keeper stands still, so that it stays away until the block ends."""
        keeper = psutil.Process(int((self.folder / "keeper.pid").read_text()))
        keeper.send_signal(signal.SIGSTOP)
        kill_9(self.server(Valkey), with_children=True)
        try:
            yield
        finally:
            keeper.send_signal(signal.SIGCONT)

    def stop(self) -> list[psutil.Process]:
        """End everything that was started; what is left nevertheless is returned, and ended too."""
        for child in (self.beat, self.worker, self.web):
            child.ask_to_stop()
        for child in (self.beat, self.worker, self.web):
            child.wait_or_kill(PATIENCE / 3)
        connections.close_all()
        keeper.stop(self.folder)
        left = self._processes()
        for process in left:
            process.kill()
        return left

    def _processes(self) -> list[psutil.Process]:
        """Everything that runs with our folder in its environment, but for ourselves."""
        mine = {os.getpid(), os.getppid()}
        return [
            process for process in psutil.process_iter() if process.pid not in mine and self._is_ours(process)
        ]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("IPS_LOCAL_DIR") == str(self.folder)
        except psutil.Error:
            return False


def kill_9(process: psutil.Process, *, with_children: bool) -> None:
    doomed = [process, *(process.children(recursive=True) if with_children else [])]
    for one in doomed:
        one.kill()


def kill_child(child: Child) -> None:
    """kill -9 of a whole program: its main process and everything below it."""
    kill_9(psutil.Process(child.process.pid), with_children=True)
    child.process.wait()


def kill_workers_of(child: Child, number: int) -> None:
    """kill -9 of the processes that do the work, the first `number` of them; the main one stays."""
    for worker in psutil.Process(child.process.pid).children()[:number]:
        worker.kill()

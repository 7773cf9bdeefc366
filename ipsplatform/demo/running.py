"""The whole product on one machine: services, data, web server, Celery worker and beat, until Ctrl-C."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from ipsplatform.demo.accounts import ACCOUNTS, PASSWORD
from ipsplatform.embedded.servers import EmbeddedError
from ipsplatform.operations.processes import end_with_parent

HOST = "127.0.0.1"
CONFIG = "python:ipsplatform.operations.gunicorn_config"
SETTINGS = "ipsplatform.settings.demo"
SAID_BY = "IPS_DEMO_SAID_BY"  # the end of a pipe, as a number
POLL_SECONDS = 0.1
READY_SECONDS = 120
STOP_SECONDS = 20


@dataclass
class Child:
    """One process of the demo, in a group of its own so that Ctrl-C reaches it through us, in order."""

    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    log: Path | None = None  # where it writes its lines, when not to this terminal
    said_by: int | None = None  # the end of a pipe that it writes to
    process: subprocess.Popen | None = None

    def start(self) -> None:
        pipes = () if self.said_by is None else (self.said_by,)
        told = {} if self.said_by is None else {SAID_BY: str(self.said_by)}
        with self.log.open("ab") if self.log else nullcontext() as output:
            self.process = subprocess.Popen(  # noqa: S603 (our own programs)
                [sys.executable, "-m", *self.arguments],
                env={**os.environ, **self.environment, **told},
                pass_fds=pipes,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (it asks the kernel one thing)
            )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if self.process is not None and not self.has_ended():
            self.process.terminate()

    def wait_or_kill(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(seconds, 0))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def main(arguments: list[str], asked: list[int]) -> int:
    """Run until `asked` holds a signal. This process only watches: it runs no code that could swallow one."""
    if arguments == ["prepare"]:
        return _prepare_and_hold(asked)
    port = int(os.environ.get("PORT") or 8000)
    if _is_taken(port):
        print(
            f"Port {port} is in use by another program. Stop it, or choose another: make demo PORT={port + 1}"
        )
        return 1
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    reading, writing = os.pipe()
    preparation = Child("preparation", ["ipsplatform.demo", "prepare"], said_by=writing)
    children = [preparation]
    try:
        preparation.start()
        os.close(writing)
        if not _is_prepared(preparation, reading, asked):
            return _stopped(asked)
        children += children_on(port)
        return _run(children, port, asked)
    finally:
        _stop(children)


def _prepare_and_hold(asked: list[int]) -> int:
    """Prepare, say so, and keep PostgreSQL and Valkey for the others until the supervisor ends this."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if asked:
        return 0
    try:
        prepare()
    except EmbeddedError as error:
        print(error)
        return 1
    os.write(int(os.environ[SAID_BY]), b"prepared")
    while True:
        signal.pause()


def _is_prepared(preparation: Child, reading: int, asked: list[int]) -> bool:
    while not asked and not preparation.has_ended():
        if select.select([reading], [], [], POLL_SECONDS)[0]:
            return bool(os.read(reading, 100))
    return False


def _stopped(asked: list[int]) -> int:
    if asked:
        print("\nStopped.", flush=True)
    return 0 if asked else 1


def prepare() -> None:
    """Services, tables and, in an empty database, invented people."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django  # noqa: PLC0415 (importing settings starts the services)
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    print("Starting PostgreSQL and Valkey, bringing the tables up to date …", flush=True)
    django.setup()
    call_command("migrate", verbosity=0)
    if not get_user_model().objects.exists():
        print("The database is empty: making invented people and their journeys …", flush=True)
        call_command("seed_demo")
    for connection in connections.all():
        connection.close()
        connection.close_pool()


def children_on(port: int) -> list[Child]:
    """The web server on this port, a worker and beat; not started yet."""
    # Running as root is worth a warning on a server, not in a demonstration.
    one_connection = {"DATABASE_POOL_SIZE": "0", "PYTHONWARNINGS": "ignore:You're running the worker"}
    celery = ["celery", "--quiet", "-A", "ipsplatform"]
    web = ["gunicorn", "ipsplatform.wsgi", f"--bind={HOST}:{port}", "--workers=2"]
    # Nothing stands before it here: browsers come straight, with connections that they keep or never use.
    web += ["--threads=4", "--worker-connections=1000", "--keep-alive=2"]
    return [
        Child("web server", [*web, f"--config={CONFIG}", "--no-control-socket", "--log-level=warning"]),
        Child("Celery worker", [*celery, "worker", "--concurrency=2", "--loglevel=WARNING"], one_connection),
        Child("Celery beat", [*celery, "beat", "--pidfile=", "--loglevel=WARNING"], one_connection),
    ]


def answers_ready(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health/ready/")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _run(children: list[Child], port: int, asked: list[int]) -> int:
    """Start what was not started, and watch. When one process ends by itself, the others have no use."""
    is_ready, deadline = False, time.monotonic() + READY_SECONDS
    for child in children:
        if child.process is None and not asked:
            child.start()
    while not asked and not (ended := [child for child in children if child.has_ended()]):
        if not is_ready and (is_ready := answers_ready(port)):
            _print_welcome(port)
        if not is_ready and time.monotonic() > deadline:
            print(f"The web server is not ready after {READY_SECONDS} seconds. Stopping.")
            return 1
        time.sleep(POLL_SECONDS)
    if asked:
        return _stopped(asked)
    for child in ended:
        code = child.process.returncode
        print(f"The {child.name} stopped by itself (exit code {code}). Stopping the rest.")
    return 1


def _stop(children: list[Child]) -> None:
    """End them, the last one first; the first holds PostgreSQL and Valkey."""
    deadline = time.monotonic() + STOP_SECONDS
    for child in reversed(children):
        child.ask_to_stop()
    for child in reversed(children):
        child.wait_or_kill(deadline - time.monotonic())


def _print_welcome(port: int) -> None:
    print(
        f"\n  Ready: http://localhost:{port}/\n\n  Sign in as one of these, password {PASSWORD}\n    "
        + "\n    ".join(ACCOUNTS)
        + "\n\n  Mails are printed here. Ctrl-C stops everything.\n",
        flush=True,
    )


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def _end_with_parent() -> None:
    """End this child when the supervisor is killed.

    At once (SIGKILL): a worker that is asked to stop may wait for ever for its task, and the task is
    offered again. The processes that a child started end with it, gunicorn's and the worker's by themselves.
    """
    end_with_parent(signal.SIGKILL)

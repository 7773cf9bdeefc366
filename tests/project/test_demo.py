"""`make demo`: everything starts, everything stops, whoever ends it and however."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from ipsplatform.embedded import keeper
from tests.ports import closed_port
from tests.waiting import PATIENCE, comes_true, wait_for

SOMEBODY = (
    "from staff.models import Role, User;"
    " User.objects.create_user(username='somebody', last_name='Bestaand', role=Role.CASEMANAGER)"
)
OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "MEDIA_ROOT",
    "PYTEST_XDIST_WORKER",
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A folder with a database in which somebody exists, so that no demonstration data is made."""
    folder = tmp_path_factory.mktemp("demo")
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    environment = {**clean, "IPS_LOCAL_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    for arguments in (["migrate", "--verbosity=0"], ["shell", "--verbosity=0", "--command", SOMEBODY]):
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=environment, check=True
        )
    yield environment
    keeper.stop(folder)


class Demo:
    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port, self.log = closed_port(), log
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ipsplatform.demo"],
            cwd=settings.BASE_DIR,
            env={**environment, "PORT": str(self.port)},
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_until_ready(self) -> list[psutil.Process]:
        """The processes that it started, once it says that it is ready."""
        comes_true(lambda: "Ready:" in self.log.read_text() or self.process.poll() is not None)
        assert "Ready:" in self.log.read_text(), self.log.read_text()
        return psutil.Process(self.process.pid).children(recursive=True)

    def status_of(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        return connection.getresponse().status

    def end(self) -> None:
        """Its children end with it, also when it is killed."""
        if self.process.poll() is None:
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=PATIENCE)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def demo(environment, tmp_path) -> Iterator[Demo]:
    demo = Demo(environment, tmp_path / "demo.log")
    yield demo
    demo.end()


def still_there(processes: list[psutil.Process]) -> list[str]:
    """What these processes are that do not end, however long we wait."""
    return [str(process) for process in psutil.wait_procs(processes, timeout=PATIENCE)[1]]


def of_program(processes: list[psutil.Process], word: str) -> psutil.Process:
    return next(process for process in processes if word in process.cmdline())


def test_demo_answers_and_ctrl_c_stops_every_process(demo):
    started = demo.wait_until_ready()
    assert {"gunicorn", "worker", "beat"} <= {word for process in started for word in process.cmdline()}
    assert demo.status_of("/health/ready/") == 200
    assert demo.status_of("/login/") == 200
    assert "demo-reis-naar-werk" in demo.log.read_text()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=PATIENCE) == 0
    assert still_there(started) == []


def test_supervisor_loads_nothing_that_could_swallow_a_signal():
    """A handler that raises inside other people's code may be swallowed; this process runs only its own."""
    others = "{'django', 'celery', 'psycopg'}"
    show = f"import sys, ipsplatform.demo.running; print(sorted({others} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", show], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("seconds", [0.2, 0.5, 1, 1.5, 2, 3, 4, 6])
def test_ctrl_c_works_at_any_moment_before_it_is_ready(demo, seconds):
    time.sleep(seconds)
    started = psutil.Process(demo.process.pid).children(recursive=True)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=PATIENCE) == 0, demo.log.read_text()
    assert still_there(started) == []
    assert "Traceback" not in demo.log.read_text()


def test_one_process_that_dies_stops_the_rest(demo):
    started = demo.wait_until_ready()
    of_program(started, "beat").kill()
    assert demo.process.wait(timeout=PATIENCE) == 1
    assert "The Celery beat stopped by itself" in demo.log.read_text()
    assert still_there(started) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the signal at a parent's death is Linux's")
def test_killed_supervisor_leaves_no_process_behind(demo, environment):
    started = demo.wait_until_ready()
    demo.process.kill()
    assert still_there(started) == []
    pid_file = Path(environment["IPS_LOCAL_DIR"]) / "keeper.pid"
    wait_for(lambda: not pid_file.exists())


def test_port_in_use_is_said_before_anything_starts(environment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "ipsplatform.demo"],
            cwd=settings.BASE_DIR,
            env={**environment, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stdout

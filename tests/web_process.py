"""The web server as the image starts it, in a process of its own on the test database."""

import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from ipsplatform.operations.processes import end_with_parent
from tests.celery_process import environment_of_test_database
from tests.ports import closed_port
from tests.waiting import PATIENCE, comes_true


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    seconds: float


class WebProcess:
    """Start and stop gunicorn; `log()` is all that it wrote, on standard output and error."""

    def __init__(self, **environment: str) -> None:
        self.environment = environment
        self.port = closed_port()
        self.process: subprocess.Popen | None = None
        self.log_path = Path(tempfile.mkdtemp(prefix="web-")) / "web.log"

    def start(self) -> None:
        # A file, not a pipe, so that nobody has to read it.
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *_command_of_the_image(), f"--bind=127.0.0.1:{self.port}"],
                cwd=settings.BASE_DIR,
                env={**environment_of_test_database(), "LOG_LEVEL": "INFO", **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_tests,  # noqa: PLW1509 (one thread)
            )
        if not comes_true(lambda: self.process.poll() is not None or self._lives()) or not self._lives():
            self.stop()
            raise RuntimeError(f"The web server does not start:\n{self.log()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ask(self, path: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        began = time.monotonic()
        try:
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            return Answer(response.status, text, time.monotonic() - began)
        finally:
            connection.close()

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def _lives(self) -> bool:
        with suppress(OSError):
            return self.ask("/health/live/").status == 200
        return False


def _command_of_the_image() -> list[str]:
    text = (settings.BASE_DIR / "Dockerfile").read_text()
    words = re.search(r"^CMD (\[.*?\])", text, re.MULTILINE | re.DOTALL)[1].replace("\\\n", "")
    return [word for word in json.loads(words) if not word.startswith("--bind=")]


def _end_with_tests() -> None:
    end_with_parent(15)  # gunicorn passes it on to its workers

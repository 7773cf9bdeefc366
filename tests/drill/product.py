"""The product on one pair of servers: its commands, and its web process up to the first answer."""

import os
import re
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

from ipsplatform.demo.running import ACCOUNTS, PASSWORD
from ipsplatform.embedded.servers import Addresses, free_port
from tests.drill.servers import BASE_DIR

WEB_SECONDS = 120
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class DrillError(Exception):
    """A step did not do what it has to."""


class Product:
    """What an operator has: an address of the database, a folder of files, and a key or who has it."""

    def __init__(self, addresses: Addresses, *, files: Path, **keys: str) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ipsplatform.settings.demo",
            "DATABASE_URL": addresses.database_url,
            "DATABASE_OWNER_URL": addresses.owner_url,
            "REDIS_URL": addresses.redis_url,
            "DATABASE_POOL_SIZE": "0",
            "MEDIA_ROOT": str(files),
            "LOG_LEVEL": "ERROR",
            **keys,
        }

    def manage(self, *arguments: str) -> str:
        """What the command said. Raises DrillError when it fails."""
        done = self.ask("manage.py", *arguments)
        if done.returncode:
            raise DrillError(f"{' '.join(arguments[:1])}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def refusal(self, *arguments: str, **environment: str) -> str:
        """What the command said when it refused. Raises DrillError when it did not."""
        done = self.ask("manage.py", *arguments, **environment)
        if done.returncode == 0:
            raise DrillError(f"{' '.join(arguments[:1])} was expected to refuse")
        return done.stderr.strip().splitlines()[-1]

    def ask(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def wait_for_first_page(self) -> None:
        """Start the web process, wait until somebody who signs in gets a page, and stop it."""
        port = free_port()
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "ipsplatform.wsgi", f"--bind=127.0.0.1:{port}",
             "--no-control-socket", "--log-level=critical"],
            cwd=BASE_DIR, env=self.environment,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + WEB_SECONDS
            while not (_is_ready(port) and _gives_a_caseload(port)):
                if web.poll() is not None or time.monotonic() > deadline:
                    raise DrillError("the web process gives no page")
                time.sleep(0.05)
        finally:
            web.terminate()
            web.wait()


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready/", timeout=10) as answer:
            return answer.status == HTTPStatus.OK
    except OSError:
        return False


def _gives_a_caseload(port: int) -> bool:
    """Sign in as a caseworker and open the first page, as that person would."""
    browser = build_opener(HTTPCookieProcessor())
    with browser.open(f"http://127.0.0.1:{port}/login/", timeout=30) as page:
        token = TOKEN.search(page.read().decode()).group(1)
    form = {"login": ACCOUNTS[0], "password": PASSWORD, "csrfmiddlewaretoken": token}
    with browser.open(f"http://127.0.0.1:{port}/login/", urlencode(form).encode(), timeout=30) as page:
        return not page.url.endswith("/login/")

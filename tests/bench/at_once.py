"""Eight people at once over HTTP on two web processes; one question in ten writes a contact."""

import http.client
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from ipsplatform.demo.running import CONFIG, HOST, answers_ready
from ipsplatform.embedded.servers import free_port
from staff.models import CASEWORK_ROLES, User
from trajectories.models import ContactKind, Location

PEOPLE = 8
SECONDS = 20
ONE_IN = 10
TOKEN = "a" * 32


def measured_at_once() -> dict:
    """Requests per second, milliseconds and errors of eight people during twenty seconds."""
    people = [_Person(user) for user in _caseworkers()]
    with _web_server() as port, ThreadPoolExecutor(PEOPLE) as pool:
        for person in people:
            person.warm_up(port)
        began = time.monotonic()
        taken = [one for found in pool.map(lambda person: person.work(port), people) for one in found]
        lasted = time.monotonic() - began
    times = sorted(milliseconds for milliseconds, _is_right in taken)
    return {
        "requests": len(taken),
        "per_second": round(len(taken) / lasted, 1),
        "median_ms": round(statistics.median(times)),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1]),
        "errors": sum(not is_right for _milliseconds, is_right in taken),
    }


def _caseworkers() -> list[User]:
    known = User.objects.filter(role__in=CASEWORK_ROLES, is_active=True).order_by("pk")
    return [user for user in known[: 3 * PEOPLE] if Client.objects.on_caseload_of(user).exists()][:PEOPLE]


class _Person:
    """Somebody who is signed in, and asks for one page after the other."""

    def __init__(self, user: User) -> None:
        browser = Browser(SERVER_NAME="localhost")
        browser.force_login(user)
        cookies = {name: value.value for name, value in browser.cookies.items()}
        cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        self.clients = list(Client.objects.on_caseload_of(user).values_list("public_id", flat=True))
        self.chance = random.Random(user.pk)

    def warm_up(self, port: int) -> None:
        for path in self._paths():
            self._ask(port, "GET", path)

    def work(self, port: int) -> list[tuple[float, bool]]:
        found, until = [], time.monotonic() + SECONDS
        while time.monotonic() < until:
            started = time.perf_counter()
            status = self._write(port) if self.chance.randrange(ONE_IN) == 0 else self._read(port)
            found.append(((time.perf_counter() - started) * 1000, status in (200, 302)))
        return found

    def _read(self, port: int) -> int:
        return self._ask(port, "GET", self.chance.choice(self._paths()))

    def _write(self, port: int) -> int:
        now = timezone.localtime()
        typed = {
            "csrfmiddlewaretoken": TOKEN, "form_number": uuid4(), "client": self.chance.choice(self.clients),
            "kind": ContactKind.WERK, "location": Location.ELDERS, "minutes": "30", "face_to_face": "yes",
            "occurred_at": f"{now:%Y-%m-%dT%H:%M}", "note": "Gesproken over werk.",
        }  # fmt: skip
        return self._ask(port, "POST", reverse("trajectories:contact_write"), urlencode(typed))

    def _paths(self) -> list[str]:
        caseload, file = reverse("trajectories:caseload_list"), self.chance.choice(self.clients)
        return [
            f"{caseload}?scope=mine",
            f"{caseload}?scope=team",
            f"{reverse('trajectories:search')}?q=jansen",
            reverse("trajectories:contact_write"),
            reverse("trajectories:client_overview", args=[file]),
            reverse("trajectories:client_contacts", args=[file]),
        ]

    def _ask(self, port: int, method: str, path: str, body: str | None = None) -> int:
        sent = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        try:
            connection.request(method, path, body, {**self.headers, **sent})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


@contextmanager
def _web_server() -> Iterator[int]:
    port = free_port()
    command = ["gunicorn", "ipsplatform.wsgi", f"--config={CONFIG}", f"--bind={HOST}:{port}"]
    more = ["--workers=2", "--no-control-socket", "--log-level=warning"]
    server = subprocess.Popen(
        [sys.executable, "-m", *command, *more], env={**os.environ, "LOG_LEVEL": "WARNING"}
    )
    try:
        while not answers_ready(port) and server.poll() is None:
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait()

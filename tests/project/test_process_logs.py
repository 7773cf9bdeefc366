"""What the processes themselves write holds no content: gunicorn and Django, a worker, beat, PostgreSQL.

A marker is sent in every place where something can be typed or sent, and the logs are searched for it.
"""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import DataError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from ipsplatform.celery import app
from ipsplatform.embedded.keeper import local_dir
from ipsplatform.operations.database_roles import as_owner
from reports.runs.periods import last_periods
from tests.celery_process import environment_of_test_database
from tests.waiting import comes_true, wait_for
from tests.web_process import Answer, WebProcess

pytestmark = [pytest.mark.shows(24), pytest.mark.django_db(transaction=True)]

MARKER = "zonnebloemveld"  # in lower case: a host name is
CSRF = "c" * 32
VISITOR = "203.0.113.7"
NUMBER = r"[0-9a-f]{8}-[0-9a-f-]{27}"
UUID_OF_NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(params=["text", "json"])
def web(request) -> Iterator[WebProcess]:
    """Behind one proxy, with gunicorn's access log asked for as well."""
    web = WebProcess(
        LOG_FORMAT=request.param, TRUSTED_PROXY_COUNT="1", GUNICORN_CMD_ARGS="--access-logfile=-"
    )
    web.start()
    yield web
    web.stop()


def test_no_request_leaves_content_in_the_log(web, world):
    owner = signed_in(world, "owner")
    asked = [
        ask(web, f"/caseload/?q={MARKER}", **owner),
        ask(web, f"/caseload/?q={MARKER}", HX_Request="true", **owner),
        ask(web, f"/{MARKER}/", **owner),
        ask(web, f"/static/{MARKER}.css"),
        ask(web, f"/clients/{UUID_OF_NOBODY}/{MARKER}/?q={MARKER}", **owner),
        ask(web, f"/clients/{world.client.public_id}/?q={MARKER}", **owner),
        ask(web, f"/password/choose/1-{MARKER}/"),
        ask(web, f"/login/single-sign-on/back/?code={MARKER}&state={MARKER}"),
        ask(web, "/login/", method="POST", body=f"login={MARKER}&password={MARKER}", **form_headers()),
        ask(
            web, "/login/", method="POST", body="", X_Forwarded_Proto="https", Referer=f"https://x/?{MARKER}"
        ),
        ask(web, "/caseload/", method="POST", body=MARKER, Origin=f"http://{MARKER}", **owner),
        ask(web, f"/admin/{MARKER}/", **signed_in(world, "administrator")),
        ask(web, "/login/", Host=MARKER),
        ask(web, "/login/", method=MARKER.upper()),
    ]
    with search_is_broken():
        asked += [
            ask(web, f"/search/?q={MARKER}", **owner),
            ask(web, f"/search/?q={MARKER}", HX_Request="true", **owner),
        ]
    statuses = {answer.status for answer in asked}
    assert {200, 400, 403, 404, 500} <= statuses
    raw = [f"GET /?{MARKER}\r\n\r\n", f"GET / {MARKER}\r\n\r\n", f"GET / HTTP/1.1\r\n{MARKER} :x\r\n\r\n"]
    assert all(b"400" in send_raw(web, line) for line in raw)
    wait_for(lambda: web.log().count("Invalid request from ip=") >= len(raw))
    assert [line for line in web.log().splitlines() if MARKER in line.lower()] == []
    assert "GET /password/choose/<uidb36>-<key>/ " in web.log()
    assert "UndefinedColumn" in web.log()  # the error itself is told
    of_django = [line for line in web.log().splitlines() if re.search(r"\bdjango\.(request|security)", line)]
    assert len(of_django) > len(asked) / 2
    assert [line for line in of_django if not re.search(NUMBER, line)] == []


def test_a_request_is_one_line_with_its_page_its_number_and_the_visitor(web, world):
    ask(web, f"/clients/{world.client.public_id}/?q={MARKER}", **signed_in(world, "owner"))
    path = f"/clients/{world.client.public_id}/"
    wait_for(lambda: path in web.log())
    [line] = [line for line in web.log().splitlines() if path in line]
    if web.environment["LOG_FORMAT"] == "json":
        told = json.loads(line)
        assert (told["method"], told["path"], told["status"], told["address"]) == ("GET", path, 200, VISITOR)
        assert re.fullmatch(NUMBER, told["request"])
        assert told["logger"] == "ipsplatform.requests"
    else:
        assert re.search(
            rf"INFO ipsplatform.requests {NUMBER} GET {path} 200 in \d+ ms from {VISITOR}$", line
        )


def test_the_number_on_the_page_of_an_error_leads_to_its_lines(web, world):
    with search_is_broken():
        answer = ask(web, f"/search/?q={MARKER}", **signed_in(world, "owner"))
    assert answer.status == 500
    [shown] = re.findall(r"<code>([0-9a-f]{8})</code>", answer.body)
    wait_for(lambda: "/search/ 500" in web.log())
    lines = [line for line in web.log().splitlines() if shown in line]
    assert len(lines) == 2, lines  # the error, and the request
    assert "Internal Server Error: /search/" in lines[0]


def test_every_line_is_an_object_where_json_is_asked_for(world):
    web = WebProcess(LOG_FORMAT="json")
    web.start()
    with search_is_broken():
        ask(web, f"/search/?q={MARKER}", **signed_in(world, "owner"))
    send_raw(web, "GET / nonsense\r\n\r\n")
    wait_for(lambda: "Invalid request" in web.log())
    web.stop()
    told = [json.loads(line) for line in web.log().splitlines() if not line.startswith(("/", " "))]
    assert {"gunicorn.error", "django.request", "ipsplatform.requests"} <= {line["logger"] for line in told}
    assert all({"at", "level", "logger", "request", "message"} <= line.keys() for line in told)
    [failed] = [line for line in told if "exc_info" in line]
    assert "search/selectors.py" in str(failed["exc_info"])


def test_a_task_has_the_number_of_the_request_that_asked_for_it(worker, world):
    web = WebProcess()
    web.start()
    period = last_periods("quarter", 1, timezone.localdate())[0]
    body = f"period=quarter-{period.period_from}&csrfmiddlewaretoken={CSRF}"
    monitor = signed_in(world, "monitor")
    asked = ask(web, reverse("reports:run_start"), method="POST", body=body, **form_headers(monitor))
    assert asked.status == 302
    wait_for(lambda: "/reports/runs/start/" in web.log())
    web.stop()
    [line] = [line for line in web.log().splitlines() if "/reports/runs/start/" in line]
    number = re.search(NUMBER, line)[0]
    wait_for(lambda: re.search(rf"{number} Task .* succeeded", worker.log()))
    [received, *_, done] = [line for line in worker.log().splitlines() if number in line]
    assert "received" in received
    assert "succeeded" in done
    app.send_task("ipsplatform.operations.tasks.write_heartbeat")
    wait_for(lambda: re.search(r"write_heartbeat\[.*\] succeeded", worker.log()))
    others = [line for line in worker.log().splitlines() if "Task ipsplatform" in line]
    assert all(" - Task" in line for line in others), "a task that nobody asked for has no number"


def test_beat_says_nothing_of_what_it_sends(tmp_path):
    every_second = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(
        name="told", task="reports.runs.tasks.nothing", args=json.dumps([MARKER]), interval=every_second
    )
    with (tmp_path / "beat.log").open("wb") as log:
        beat = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "ipsplatform", "beat", "--pidfile=", "--max-interval=1",
             "--loglevel=INFO"],
            cwd=settings.BASE_DIR,
            env={**environment_of_test_database(), "LOG_LEVEL": "INFO"},
            stdout=log,
            stderr=log,
        )  # fmt: skip
    written = tmp_path / "beat.log"
    was_sent = comes_true(lambda: "Sending due task told" in written.read_text())
    beat.kill()  # it has nothing to finish, and a signal that asks may come at a moment that loses it
    beat.wait()
    assert was_sent
    assert MARKER not in written.read_text()


def test_postgresql_does_not_repeat_what_was_sent():
    """Some errors have the value in their first sentence, so not even that one is written."""
    statements = ("SELECT %s::date", "SELECT %s::uuid", "SELECT ('{' || %s)::jsonb")
    for statement in statements:
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [MARKER])
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolconfig FROM pg_roles WHERE rolname IN ('ips', 'ips_owner')")
        assert cursor.fetchall() == [(["log_min_messages=log"],)] * 2
    log = local_dir() / "postgres.log"
    if log.exists():  # a server of somebody else keeps it elsewhere
        assert MARKER not in log.read_text(errors="replace").lower()


def ask(web: WebProcess, path: str, **more: str) -> Answer:
    return web.ask(path, **{"X_Forwarded_For": VISITOR, **more})


def send_raw(web: WebProcess, text: str) -> bytes:
    """What comes back for something that is no request."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as line:
        line.sendall(text.encode())
        return line.recv(4096)


@contextmanager
def search_is_broken() -> Iterator[None]:
    """A column has another name, for every process, as after a change that was half put in place."""
    _rename("search_name", "search_gone")
    try:
        yield
    finally:
        _rename("search_gone", "search_name")


def _rename(old: str, new: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE clients_client RENAME COLUMN {old} TO {new}")


def signed_in(world, persona: str) -> dict[str, str]:
    browser = Browser()
    world.sign_in(browser, persona)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"}


def form_headers(headers: dict[str, str] | None = None) -> dict[str, str]:
    return {
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={CSRF}",
        **(headers or {}),
        "Content_Type": "application/x-www-form-urlencoded",
    }

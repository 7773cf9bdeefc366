"""No line of the log says anything about a client: a crawl, errors, a failing task, the database."""

import io
import logging
import sys
import time
from contextlib import suppress
from datetime import date
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse

from clients.models import Client
from ipsplatform.celery import app
from ipsplatform.common.log_lines import LineFormatter, WithoutContent
from ipsplatform.common.log_paths import UNKNOWN, path_for_log
from tests.factories import ClientFactory, ContactFactory, UserFactory
from tests.project.scene import TODAY, addresses, admin_addresses, break_search, make_scene

pytestmark = [pytest.mark.shows(11), pytest.mark.django_db]

MARKER = "Charlie-Zonnebloemveld"
FIELDS = (
    "q", "client", "last_name", "first_name", "municipality", "note", "wish", "reason", "client_words",
    "phone", "email", "occupation", "employer", "login", "started_on", "occurred_at",
)  # fmt: skip


@pytest.fixture
def log():
    """What the real handler writes, from INFO on."""
    root = logging.getLogger()
    console = next(handler for handler in root.handlers if isinstance(handler.formatter, LineFormatter))
    stream, level = io.StringIO(), root.level
    before = console.setStream(stream)
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(level)
    console.setStream(before)


@pytest.fixture
def charlie(world, time_machine):
    time_machine.move_to(f"{TODAY}T09:00:00+01:00", tick=False)
    names = ("last_name", "first_name", "municipality", "phone")
    Client.objects.filter(pk=world.client.pk).update(
        **dict.fromkeys(names, MARKER), birth_date=date(1980, 5, 17)
    )
    ContactFactory(client=world.client, staff=world.people["owner"], note=MARKER)
    return make_scene(world)


@pytest.mark.parametrize("persona", ["owner", "other_worker", "administrator"])
def test_a_crawl_leaves_nothing_of_a_client_in_the_log(charlie, log, persona):
    browser = Browser(raise_request_exception=False)
    charlie.world.sign_in(browser, persona)
    for address in addresses().values():
        if address.name == "account_logout":
            continue
        url = charlie.url(address)
        browser.get(f"{url}{'&' if '?' in url else '?'}q={MARKER}")
        browser.post(url, dict.fromkeys(FIELDS, MARKER))
    browser.get(f"/clients/{MARKER.lower()}/")  # an address that does not exist is named in the log
    assert "WARNING django.request" in log.getvalue()
    assert MARKER not in log.getvalue()


def test_a_refused_row_is_logged_by_type_and_place(log):
    ClientFactory(client_number=MARKER)
    try:
        with transaction.atomic():
            ClientFactory(client_number=MARKER)
    except IntegrityError:
        logging.getLogger("clients").exception("a row of %s was refused", Client(last_name=MARKER))
    lines = log.getvalue()
    assert "a row of clients.Client" in lines
    assert "UniqueViolation" in lines
    assert "IntegrityError" in lines
    assert "test_log_lines.py" in lines
    assert MARKER not in lines


@pytest.mark.parametrize(
    "argument",
    [
        Client(last_name=MARKER),
        Client.objects.filter(last_name=MARKER),
        ValueError(MARKER),
        [MARKER],
        {"name": MARKER},
    ],
)
def test_an_argument_with_content_is_named_by_kind(log, argument):
    logging.getLogger("clients").warning("seen: %s %s", argument, 1)
    logging.getLogger("clients").warning(argument)
    assert "seen: " in log.getvalue()
    assert MARKER not in log.getvalue()


def test_ordinary_arguments_stay(log):
    logging.getLogger("clients").warning("%s of %s for %s", 3, "rows", AnonymousUser())
    assert "3 of rows for AnonymousUser" in log.getvalue()


def test_no_address_of_the_product_brings_what_stands_in_it_into_a_line():
    """Every place that takes more than an identifier is filled with the marker, one place at a time."""
    tried = []
    for address in (*addresses().values(), *admin_addresses()):
        for place in address.parameters:
            values = {name: _example(address.route, name) for name in address.parameters}
            if isinstance(values[place], str):
                with suppress(NoReverseMatch):  # a choice of our own words
                    path = reverse(address.name, kwargs={**values, place: MARKER.replace("-", "")})
                    tried.append(path_for_log(f"{path}?q={MARKER}"))
    assert len(tried) > 20
    assert [path for path in tried if "Charlie" in path or path == UNKNOWN] == []


def _example(route: str, place: str) -> object:
    kinds = {"uuid": UUID(int=1), "int": 1}
    return next((value for kind, value in kinds.items() if f"<{kind}:{place}>" in route), "1")


def test_a_setting_that_is_missing_is_still_named():
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(LineFormatter())
    handler.addFilter(WithoutContent())
    try:
        raise ConnectionError("no route to the queue")
    except ConnectionError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), None)
        record.exc_info = sys.exc_info()
    handler.handle(record)
    assert "ConnectionError: no route to the queue" in stream.getvalue()


def test_postgresql_logs_no_statements_and_no_rows():
    with connection.cursor() as cursor:
        for setting, value in (("log_min_error_statement", "panic"), ("log_error_verbosity", "terse")):
            cursor.execute(f"SHOW {setting}")
            assert cursor.fetchone() == (value,)


def test_a_failing_task_is_logged_without_its_arguments(worker):
    task = app.send_task("reports.runs.tasks.make_previous_run", args=[MARKER])
    _wait_for(f"{task.id}] raised unexpected", worker)
    lines = worker.log()
    assert "reports/runs/tasks.py" in lines
    assert MARKER not in lines


def _wait_for(text: str, worker) -> None:
    deadline = time.monotonic() + 20
    while text not in worker.log() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert text in worker.log()


def test_a_page_that_fails_is_logged_by_place(log, charlie):
    """PostgreSQL repeats the statement, with what was searched for, in the text of its error."""
    browser = Browser(raise_request_exception=False)
    charlie.world.sign_in(browser, "owner")
    break_search()
    response = browser.get(reverse("trajectories:search"), {"q": MARKER})
    assert response.status_code == 500
    assert "UndefinedColumn" in log.getvalue()
    assert "search/selectors.py" in log.getvalue()
    assert MARKER.lower() not in log.getvalue().lower()


def test_a_refused_page_is_one_line(log, charlie):
    browser = Browser()
    charlie.world.sign_in(browser, "monitor")
    assert browser.get(reverse("trajectories:caseload_list")).status_code == 403
    assert "/caseload/" in log.getvalue()
    assert "Traceback" not in log.getvalue()
    assert ".py" not in log.getvalue()


def test_what_django_finds_suspicious_is_one_line_and_no_error(log):
    browser = Browser(raise_request_exception=False)
    browser.force_login(UserFactory(beheerder=True))
    asked = reverse("admin:staff_user_changelist")
    assert browser.get(asked, {"password__startswith": MARKER}).status_code == 400
    lines = [line for line in log.getvalue().splitlines() if line.strip()]
    assert [line for line in lines if " ERROR " in line or not line.startswith("20")] == []
    assert [line for line in lines if "WARNING django.security" in line]
    assert MARKER not in log.getvalue()

"""Real errors of real processes reach a collector without content; without a DSN nothing is sent."""

import json
import logging
from collections.abc import Iterator

import pytest
import sentry_sdk
from django.conf import settings

from clients.models import Client
from ipsplatform.celery import app
from ipsplatform.operations import error_reports
from tests.celery_process import CeleryWorker
from tests.project.test_process_logs import CSRF, MARKER, ask, form_headers, search_is_broken, signed_in
from tests.report_collector import ReportCollector
from tests.waiting import wait_for
from tests.web_process import WebProcess

# After ours, of itself and of its trace; searched for the marker like the rest.
ADDED_BY_THE_SDK = {"sdk", "contexts"}
pytestmark = [pytest.mark.shows(24), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def collector() -> Iterator[ReportCollector]:
    collector = ReportCollector()
    collector.start()
    yield collector
    collector.stop()


@pytest.fixture
def web(collector) -> Iterator[WebProcess]:
    web = WebProcess(SENTRY_DSN=collector.dsn)
    web.start()
    yield web
    web.stop()


def test_an_error_of_a_page_is_told_without_content(web, collector, world):
    """The marker is the name of the person and of the client, the question, and what the browser sends."""
    person = world.people["owner"]
    for name in ("username", "last_name", "first_name"):
        setattr(person, name, MARKER)
    person.email = f"{MARKER}@example.org"
    person.save()
    Client.objects.filter(pk=world.client.pk).update(last_name=MARKER)
    headers = form_headers(signed_in(world, "owner"))
    more = dict.fromkeys(("Referer", "HX_Current_URL", "User_Agent"), f"http://127.0.0.1/?q={MARKER}")
    body = f"csrfmiddlewaretoken={CSRF}&last_name={MARKER}&note={MARKER}"
    ask(web, f"/{MARKER}/?q={MARKER}", **headers)  # would be a breadcrumb
    with search_is_broken():
        asked = [
            ask(web, f"/search/?q={MARKER}", **headers, **more),
            ask(web, f"/search/?q={MARKER}", HX_Request="true", **headers, **more),
            ask(web, f"/clients/{world.client.public_id}/?q={MARKER}", method="POST", body=body, **headers),
        ]
    assert asked[0].status == asked[1].status == 500
    wait_for(lambda: collector.received().count("UndefinedColumn") >= 2)
    assert MARKER not in collector.received().lower()
    assert CSRF not in collector.received()
    report = next(report for report in reports_of(collector) if "exception" in report)
    assert report["transaction"] == "trajectories.search.views.search"
    assert report["tags"]["request"] in web.log()
    places = [frame["filename"] for error in report["exception"]["values"] for frame in frames_of(error)]
    assert "trajectories/search/selectors.py" in places
    assert set(report) <= {*error_reports.FACTS, "transaction", "exception", "tags"} | ADDED_BY_THE_SDK


def test_an_error_of_a_task_is_told_without_its_arguments(collector, monkeypatch):
    monkeypatch.setenv("SENTRY_DSN", collector.dsn)
    worker = CeleryWorker()
    worker.listen()
    try:
        app.send_task("reports.runs.tasks.make_previous_run", args=[MARKER])
        wait_for(lambda: '"exception"' in collector.received())
    finally:
        worker.stop()
    assert "make_previous_run" in collector.received()
    assert MARKER not in collector.received().lower()


def test_nothing_is_sent_without_a_dsn(world):
    assert settings.SENTRY_DSN == ""
    assert not sentry_sdk.get_client().is_active()
    logging.getLogger("clients").error("an error")
    assert sentry_sdk.last_event_id() is None


def reports_of(collector: ReportCollector) -> list[dict]:
    return [json.loads(line) for line in collector.received().splitlines() if line.startswith('{"')]


def frames_of(error: dict) -> list[dict]:
    return error["stacktrace"]["frames"]

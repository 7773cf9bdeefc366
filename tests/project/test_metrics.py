"""Prometheus finds the numbers of all workers at an address of their own; the pages show none."""

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import redis
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from ipsplatform.operations import heartbeat, metrics
from tests.ports import closed_port
from tests.project.test_process_logs import MARKER, ask, signed_in
from tests.waiting import comes_true, wait_for
from tests.web_process import WebProcess

pytestmark = [pytest.mark.shows(24), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def web() -> Iterator[WebProcess]:
    web = WebProcess(METRICS_BIND=f"127.0.0.1:{closed_port()}")
    web.start()
    yield web
    web.stop()


def test_requests_are_counted_over_all_workers_and_named_by_page(web, world):
    owner = signed_in(world, "owner")
    for _ in range(12):
        ask(web, f"/caseload/?q={MARKER}", **owner)
    ask(web, f"/{MARKER}/", **owner)
    ask(web, f"/password/choose/1-{MARKER}/")
    assert comes_true(lambda: "caseload_list" in shown(web))
    pages = {
        (sample.labels["view"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(shown(web))
        for sample in family.samples
        if sample.name == "django_http_responses_total_by_status_view_method_total"
    }
    assert pages["trajectories:caseload_list", "200"] == 12
    assert MARKER not in shown(web).lower()
    assert str(world.client.public_id) not in shown(web)


def test_the_parts_of_health_and_the_queue_are_among_them(web):
    heartbeat.write()
    assert comes_true(lambda: 'ips_part_state{part="beat"} 0.0' in shown(web))
    assert re.search(r"^ips_web_answers 1\.0$", shown(web), re.MULTILINE)
    assert re.search(r"^ips_queue_length \d+\.0$", shown(web), re.MULTILINE)


def test_a_queue_behind_a_password_is_counted_and_one_that_does_not_answer_is_told(web, monkeypatch):
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        password = 'a b"c\\d@e'
        broker.acl_setuser(
            "probe", enabled=True, passwords=[f"+{password}"], categories=["+@all"], keys=["*"]
        )
        parts = urlsplit(settings.REDIS_URL)
        netloc = f"probe@{parts.hostname}:{parts.port}"
        monkeypatch.setenv("REDIS_URL", parts._replace(netloc=netloc).geturl())
        monkeypatch.setenv("REDIS_PASSWORD", password)
        assert metrics._waiting() == broker.llen(metrics.QUEUE)
        broker.acl_deluser("probe")
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{closed_port()}/0")
    families = metrics.HealthCollector().collect()
    told = {family.name: family.samples[0].value for family in families if family.samples}
    assert told["ips_queue_answers"] == 0
    assert "ips_queue_length" not in told


def test_the_public_address_shows_none(web):
    wait_for(lambda: shown(web))
    assert ask(web, "/metrics").status == 404
    assert ask(web, "/metrics/").status == 404


def test_the_exporter_ends_with_the_web_server():
    web = WebProcess(METRICS_BIND=f"127.0.0.1:{closed_port()}")
    web.start()
    wait_for(lambda: shown(web))
    web.stop()
    assert comes_true(lambda: not shown(web), seconds=10)


def test_nothing_is_counted_unless_it_is_asked_for():
    assert settings.METRICS_BIND == ""
    assert not any("prometheus" in name for name in settings.MIDDLEWARE)


def shown(web: WebProcess) -> str:
    """What Prometheus would read; empty when nothing listens."""
    address = f"http://{web.environment['METRICS_BIND']}/metrics"
    with suppress(URLError, ConnectionError), urlopen(address, timeout=20) as answer:
        return answer.read().decode()
    return ""

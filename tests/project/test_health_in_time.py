"""`/health/ready/` of the real web server answers in two seconds, whatever is stopped or hangs."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest
from django.conf import settings

from ipsplatform.operations import heartbeat
from tests.celery_process import environment_of_test_database
from tests.hanging_names.sitecustomize import HANGING_NAME
from tests.relay import Relay
from tests.waiting import comes_true
from tests.web_process import Answer, WebProcess

pytestmark = [pytest.mark.shows(16, 17), pytest.mark.django_db(transaction=True)]

READY_SECONDS = 2
WELL = {"database": "ok", "monitoring": "ok", "reviews": "ok", "broker": "ok", "beat": "ok"}
NO_DATABASE = {**WELL, "database": "down", "monitoring": "warn", "reviews": "warn"}
NO_BROKER = {**WELL, "broker": "down", "beat": "warn"}
SERVERS = {"DATABASE_URL": NO_DATABASE, "REDIS_URL": NO_BROKER}


@pytest.fixture
def addresses() -> dict[str, str]:
    both = environment_of_test_database()
    return {name: both[name] for name in SERVERS}


@pytest.fixture
def relays(addresses) -> Iterator[dict[str, Relay]]:
    found = {name: Relay(urlsplit(url).port) for name, url in addresses.items()}
    for relay in found.values():
        relay.start()
    yield found
    for relay in found.values():
        relay.stop()


@pytest.fixture
def web(addresses, relays) -> Iterator[WebProcess]:
    """With the pool that production has, and both servers behind a relay."""
    behind = {name: _with_host(addresses[name], f"127.0.0.1:{relays[name].port}") for name in addresses}
    yield from _running(WebProcess(**behind, DATABASE_POOL_SIZE="8"))


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("fault", ["stop", "hang"])
def test_it_names_what_is_gone_or_hangs(web, relays, server, fault):
    heartbeat.write()
    assert comes_true(lambda: ready(web)[1] == WELL)
    getattr(relays[server], fault)()
    seen = [ready(web) for _ in range(4)]  # both workers, and once more each: the first still hangs
    assert [parts for _, parts in seen] == [SERVERS[server]] * 4
    assert {answer.status for answer, _ in seen} == {503}
    assert max(answer.seconds for answer, _ in seen) < READY_SECONDS


@pytest.mark.parametrize("server", SERVERS)
def test_it_is_well_again_when_the_server_goes_on(web, relays, server):
    heartbeat.write()
    assert comes_true(lambda: ready(web)[1] == WELL)
    relays[server].hang()
    first, then = [_threads(web) for _ in range(2) if [ready(web) for _ in range(8)]]
    # By then both workers have their pools; one that was not asked before brings four threads.
    assert then - first < 6, "each of these eight questions leaves a thread behind"
    relays[server].go_on()
    assert comes_true(lambda: ready(web)[1] == WELL)


@pytest.mark.parametrize("server", SERVERS)
def test_a_name_server_that_hangs(addresses, server):
    heartbeat.write()
    port = urlsplit(addresses[server]).port
    address = _with_host(addresses[server], f"{HANGING_NAME}:{port}")
    names = str(settings.BASE_DIR / "tests/hanging_names")
    web = WebProcess(**{server: address, "PYTHONPATH": names, "DATABASE_POOL_SIZE": "8"})
    for one in _running(web):
        answer, parts = ready(one)
    assert (answer.status, parts) == (503, SERVERS[server])
    assert answer.seconds < READY_SECONDS


def test_who_is_signed_in_is_not_looked_up(web, relays):
    relays["DATABASE_URL"].hang()
    answer = web.ask("/health/ready/", Cookie=f"{settings.SESSION_COOKIE_NAME}={'x' * 32}")
    assert answer.status == 503
    assert answer.seconds < READY_SECONDS


def ready(web: WebProcess) -> tuple[Answer, dict[str, str]]:
    answer = web.ask("/health/ready/")
    return answer, json_of(answer)["parts"]


def json_of(answer: Answer) -> dict:
    return json.loads(answer.body)


def _threads(web: WebProcess) -> int:
    """Of gunicorn and its workers together."""
    main = psutil.Process(web.process.pid)
    return sum(process.num_threads() for process in (main, *main.children(recursive=True)))


def _running(web: WebProcess) -> Iterator[WebProcess]:
    web.start()
    yield web
    web.stop()


def _with_host(url: str, netloc: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{netloc}").geturl()

"""What every test gets: a clean queue at the start, and a real Celery worker for those who ask."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from ipsplatform.operations import health
from ipsplatform.operations.database_roles import as_owner
from tests.celery_process import CeleryWorker
from tests.distribution import longest_first
from tests.harness import _strict_templates, client, count_queries, on_monday, world  # noqa: F401
from tests.migrated_template import migrated_template
from tests.openid_provider import OpenIDProvider
from tests.waiting import comes_true

# How fast this machine is at this moment is not what a test shows.
hypothesis_settings.register_profile("any_speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any_speed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several test processes
        longest_first(items)


@pytest.fixture(scope="session")
def _as_owner_around(django_db_blocker) -> Iterator[ExitStack]:
    """The owner makes and drops the test database; the tests between run as the application's role."""
    owner = ExitStack()
    with django_db_blocker.unblock():
        owner.enter_context(as_owner())
        connection.settings_dict["TEST"]["TEMPLATE"] = owner.enter_context(migrated_template())
    yield owner
    with django_db_blocker.unblock():
        owner.close()


@pytest.fixture(scope="session")
def django_db_setup(_as_owner_around: ExitStack, django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        _as_owner_around.close()
        rows = {model: list(model.objects.order_by("pk").values()) for model in _filled_by_migrations()}
    # Django would find out again, after each test that empties the tables, which rows and rights exist.
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    bring_back = partial(_bring_back, rows)
    post_migrate.connect(bring_back, sender=apps.get_app_config("clients"), weak=False)
    yield
    with django_db_blocker.unblock():
        _as_owner_around.enter_context(as_owner())


def _filled_by_migrations() -> list[type[Model]]:
    """Models that have rows before any test has run, each after those that it refers to."""
    ours = (apps.get_app_config(label).get_models() for label in ("clients", "trajectories"))
    models = [ContentType, Permission, *chain.from_iterable(ours)]
    return [model for model in models if model.objects.exists()]


def _bring_back(rows: dict[type[Model], list[dict]], **_signal: object) -> None:
    """A test that empties the tables takes the rows of migrations along; Django says so afterwards."""
    for model, written in rows.items():
        if not model.objects.exists():
            model.objects.bulk_create(model(**row) for row in written)


@pytest.fixture(scope="session", autouse=True)
def _empty_queue() -> None:
    """Tasks and cached values of an earlier run are gone."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


@pytest.fixture(autouse=True)
def _language_is_left_as_it_was() -> Iterator[None]:
    """A test that leaves another language behind fails itself, and not one that reads Dutch afterwards."""
    yield
    language = translation.get_language()
    if language != settings.LANGUAGE_CODE:
        translation.deactivate()
        pytest.fail(f"the test left the language at {language!r}")


@pytest.fixture(autouse=True)
def _health_has_answered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a question finds is told on a slow machine too; `test_health_in_time` asks a server by its clock.

    A question that took longer than a page waits would answer for the next test.
    """
    monkeypatch.setattr(health, "ANSWER_SECONDS", 60)
    yield
    for lane in {*health.LANES, *health.STRICT_LANES}:
        if lane._running is not None:
            lane._running.are_complete.wait()


@pytest.fixture(autouse=True)
def _nobody_else_is_at_work(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that is still being answered would be in deadlock with the emptying of the tables."""
    marker = request.node.get_closest_marker("django_db")
    is_emptied = bool(
        (marker and marker.kwargs.get("transaction"))
        or {"transactional_db", "live_server"}.intersection(request.fixturenames)
    )
    if is_emptied:
        request.getfixturevalue("transactional_db")
    yield
    if is_emptied:
        comes_true(lambda: not _is_answering() and not _others_at_work())


def _is_answering() -> bool:
    """Whether the server of the browser tests has a thread for a request, also one that did not begin yet."""
    return any("process_request_thread" in thread.name for thread in threading.enumerate())


def _others_at_work() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return cursor.fetchone()[0]


@pytest.fixture(scope="session")
def celery_worker_process(django_db_setup) -> Iterator[CeleryWorker]:
    """One worker process for all tests of this test process; a test asks for `worker`."""
    worker = CeleryWorker()
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def openid_providers() -> Iterator[tuple[OpenIDProvider, OpenIDProvider]]:
    """Two providers for all tests of this test process; they end with it."""
    both = OpenIDProvider(), OpenIDProvider()
    for provider in both:
        provider.start()
    yield both
    for provider in both:
        provider.stop()


@pytest.fixture
def worker(transactional_db, celery_worker_process: CeleryWorker) -> Iterator[CeleryWorker]:
    """The real worker, started again if it ended; it takes the tasks of this test, and rests afterwards."""
    celery_worker_process.listen()
    yield celery_worker_process
    celery_worker_process.pause()

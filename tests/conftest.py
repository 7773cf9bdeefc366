"""What every test gets: a clean queue at the start, and a real Celery worker for those who ask."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from tests.celery_process import CeleryWorker
from tests.harness import _strict_templates, client, count_queries, world  # noqa: F401


@pytest.fixture(scope="session", autouse=True)
def _empty_queue() -> None:
    """Tasks and cached values of an earlier run are gone."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


@pytest.fixture(scope="session")
def celery_worker_process(django_db_setup) -> Iterator[CeleryWorker]:
    """A real worker process on the test database; the test needs `transactional_db` to show it rows."""
    worker = CeleryWorker()
    worker.start()
    yield worker
    worker.stop()

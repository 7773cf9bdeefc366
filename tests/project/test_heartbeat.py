"""Beat and a worker as real processes: the heartbeat comes, and is missed when it stays away."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from ipsplatform.operations import heartbeat
from tests.celery_process import environment_of_test_database


@pytest.fixture
def silence(transactional_db) -> None:
    """Nothing was heard before beat begins."""
    cache.delete(heartbeat.KEY)
    assert Browser().get(reverse("health_ready")).json()["parts"]["beat"] == "warn"


@pytest.fixture
def beat(silence, tmp_path):
    """A real beat that orders every second."""
    log = (tmp_path / "beat.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "ipsplatform", "beat", "--pidfile=", "--max-interval=1"],
        cwd=settings.BASE_DIR,
        env={**environment_of_test_database(), "HEARTBEAT_SECONDS": "1"},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    yield process
    process.terminate()
    process.wait(timeout=20)


def test_worker_writes_what_beat_asks(client, beat, worker):
    deadline = time.monotonic() + 60
    while not heartbeat.is_fresh() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert client.get(reverse("health_ready")).json()["parts"]["beat"] == "ok"
    os.kill(beat.pid, 15)
    beat.wait(timeout=20)
    before = cache.get(heartbeat.KEY)
    time.sleep(3)
    assert cache.get(heartbeat.KEY) - before < 2.5  # at most what stood in the queue already

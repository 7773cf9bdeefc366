"""The processes of a Celery worker."""

import os
import signal
import sys

import psutil
import pytest

pytestmark = pytest.mark.shows(16)


@pytest.mark.skipif(sys.platform != "linux", reason="the signal at a parent's death is Linux's")
def test_pool_ends_with_a_worker_that_is_killed(worker):
    pool = psutil.Process(worker.pid).children()
    assert pool
    os.kill(worker.pid, signal.SIGKILL)
    assert psutil.wait_procs(pool, timeout=10)[1] == []

"""The worker of the tests is a real one, on the database and the queue of this test process."""

import time

import pytest

from ipsplatform.celery import app


@pytest.mark.django_db(transaction=True)
def test_worker_takes_a_task_from_the_queue(celery_worker_process):
    task = app.send_task("celery.backend_cleanup")
    deadline = time.monotonic() + 20
    while f"{task.id}] succeeded" not in celery_worker_process.log() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert f"{task.id}] succeeded" in celery_worker_process.log()

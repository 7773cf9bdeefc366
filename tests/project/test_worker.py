"""The worker of the tests is a real one, on the database and the queue of this test process."""

from ipsplatform.celery import app
from tests.waiting import wait_for


def test_worker_takes_a_task_from_the_queue(worker):
    task = app.send_task("celery.backend_cleanup")
    wait_for(lambda: f"{task.id}] succeeded" in worker.log())

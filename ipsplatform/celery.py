"""The Celery application: tasks are found in the `tasks.py` of each room."""

import os
import signal

from celery import Celery
from celery.signals import worker_init, worker_process_init

from ipsplatform.operations import broker, task_numbers
from ipsplatform.operations.processes import end_with_parent
from ipsplatform.tooling.rooms import rooms

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsplatform.settings.base")

broker.use()
task_numbers.use()
app = Celery("ipsplatform", task_cls="ipsplatform.operations.change_context:TaskWithContext")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["ipsplatform.operations", *rooms()])


@worker_init.connect(weak=False)
def _mark_worker(**_kwargs: object) -> None:
    """The number of the worker, for the processes that it will start."""
    app.worker_pid = os.getpid()


@worker_process_init.connect(weak=False)
def _end_with_worker(**_kwargs: object) -> None:
    """A process of the pool ends at once with its worker, also a killed one: its task is offered again."""
    end_with_parent(signal.SIGKILL)
    if os.getppid() != getattr(app, "worker_pid", os.getppid()):  # it ended before we could ask
        os._exit(1)

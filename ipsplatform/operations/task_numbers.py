"""A task carries the number of the request that asked for it: their log lines are found together."""

from typing import Any

from celery import Task
from celery.signals import before_task_publish, task_postrun, task_prerun, task_received
from celery.worker.request import Request

from ipsplatform.common.log_lines import request_number

HEADER = "request_number"


class NumberedRequest(Request):
    """A task as the main process of a worker gets it: its line "received" has the number too."""

    def __init__(self, message: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(message, *args, **kwargs)
        request_number.set(message.headers.get(HEADER) or "")


def use() -> None:
    """Connect to Celery: when a task is sent, taken up, begun and finished."""
    before_task_publish.connect(_send_along, weak=False)
    task_received.connect(_forget, weak=False)
    task_prerun.connect(_take_up, weak=False)
    task_postrun.connect(_forget, weak=False)


def _send_along(headers: dict, **_signal: object) -> None:
    if number := request_number.get():
        headers[HEADER] = number


def _take_up(task: Task, **_signal: object) -> None:
    request_number.set(task.request.get(HEADER) or "")


def _forget(**_signal: object) -> None:
    request_number.set("")

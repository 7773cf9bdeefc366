"""Ask a worker for something. The row that says what was asked is the outbox: a page never waits for a queue.

Who asks writes that row first; a periodic task looks for rows that no worker claimed and asks again.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def ask_worker(task: str, row_pk: int) -> None:
    """Send the task for this row once the transaction that wrote the row is over.

    By name: tasks stand above services. Without a queue there is a line in the log, and the row.
    """
    transaction.on_commit(partial(_send, task, row_pk))


def ask_worker_now(task: str, *asked: object) -> None:
    """Send a task that no row stands for: whoever needs it asks again. A page shows without its outcome."""
    _send(task, *asked)


def overdue_since() -> datetime:
    """The moment before which requests that are not done yet are sent again."""
    return timezone.now() - 2 * timedelta(seconds=settings.OUTBOX_SECONDS)


def _send(task: str, *asked: object) -> None:
    try:
        current_app.send_task(task, args=asked)
    except (OperationalError, RedisError) as error:
        logger.warning("The queue does not answer (%s); %s %s waits.", type(error).__name__, task, asked)

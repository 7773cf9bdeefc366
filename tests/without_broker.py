"""A process that can't reach the queue: what it sends fails, as when the broker is down."""

from collections.abc import Iterator
from contextlib import contextmanager

from ipsplatform.celery import app
from tests.ports import closed_port


@contextmanager
def without_broker() -> Iterator[None]:
    before = app.conf.broker_url
    _send_to(f"redis://127.0.0.1:{closed_port()}/0")
    try:
        yield
    finally:
        _send_to(before)


def _send_to(address: str) -> None:
    app.conf.broker_url = address
    app.amqp._producer_pool = app._pool = None  # made at the first message, kept since

"""The connection to the broker: kombu's for Redis, by a worker that may lose it during a task.

The fault is in kombu.transport.redis.Channel._connparams, in 5.7.0 and already in 3.0.35 (kombu issue 582):
it asks the address of a connection that close() has emptied. This file goes when that raises an error of the
connection by itself; tests/project/test_broker.py fails then.
"""

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as BrokerGoneError


class Channel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> dict:
        """Where to connect to.

        A worker that loses the broker during a task gives its connection up twice; the second time
        kombu 5.7 asks an address of what is already gone. That AttributeError ends the worker; an error of
        the connection is what it waits out. The task's row is offered again by the outbox.

        Raises: BrokerGoneError when the connection was given up.
        """
        if self.connection is None or self.connection.client is None:
            raise BrokerGoneError("This connection was given up.")
        return super()._connparams(asynchronous=asynchronous)


class Transport(redis.Transport):
    Channel = Channel


def use() -> None:
    """Let `redis://` and `rediss://` (which also switches TLS on) mean this transport."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:Transport"))

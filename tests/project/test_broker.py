"""A connection to the broker that was given up: ours is an error to wait out, kombu's own still is not."""

import pytest
from kombu import Connection
from kombu.transport import redis
from redis.exceptions import ConnectionError as BrokerGoneError

from ipsplatform.operations import broker


def channel_given_up(transport: type) -> redis.Channel:
    """A channel whose connection was closed; nothing is asked of a broker for that."""
    channel = transport.Channel.__new__(transport.Channel)
    channel.connection = transport(Connection("redis://127.0.0.1:1/0"))
    channel.connection.client = None
    return channel


def test_given_up_connection_is_an_error_of_the_connection():
    with pytest.raises(BrokerGoneError):
        channel_given_up(broker.Transport)._connparams()


def test_kombu_still_needs_our_channel():
    try:
        channel_given_up(redis.Transport)._connparams()
    except AttributeError:
        return
    except BrokerGoneError:
        pytest.fail("kombu raises an error of the connection by itself: operations/broker.py can go")
    pytest.fail("kombu asks nothing of a connection that was given up: operations/broker.py can go")

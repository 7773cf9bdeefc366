"""A web process takes as many connections as it answers at once; one that asks nothing loses its place."""

import http.client
import socket
from contextlib import ExitStack

import pytest

from ipsplatform.operations import gunicorn_config
from tests.web_process import WebProcess

WORKERS = 2


@pytest.fixture
def web(transactional_db):
    web = WebProcess()
    web.start()
    yield web
    web.stop()


def test_connections_that_ask_nothing_keep_nobody_out(web):
    places = WORKERS * gunicorn_config.worker_connections
    with ExitStack() as idle:
        for _more_than_there_is_room_for in range(3 * places):
            idle.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=5))
        answer = web.ask("/health/live/")
    assert answer.status == 200


def test_nobody_keeps_a_place_between_two_questions(web):
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=5)
    connection.request("GET", "/health/live/", headers={"Connection": "keep-alive"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Connection")) == (200, "close")

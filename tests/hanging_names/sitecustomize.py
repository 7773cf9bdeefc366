"""A name server that does not answer, for a process that has this folder on its path."""

import socket
import time

HANGING_NAME = "nobody-answers.invalid"
_ask = socket.getaddrinfo


def _hang(host, *args, **kwargs):
    if host == HANGING_NAME:
        time.sleep(60)
    return _ask(host, *args, **kwargs)


socket.getaddrinfo = _hang

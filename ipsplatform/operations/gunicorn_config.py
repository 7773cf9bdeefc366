"""What gunicorn reads (`--config`): how it writes its lines, and where the metrics of its workers meet."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
from functools import partial
from importlib import import_module

from gunicorn.arbiter import Arbiter

from ipsplatform.operations.gunicorn_log import GunicornLog
from ipsplatform.operations.processes import end_with_parent
from ipsplatform.settings.environment import Environment

logger_class = GunicornLog
TURN_SECONDS = 0.05
preload_app = True  # read once; the workers share that memory
# A process takes no more connections than it answers at once: the rest wait for the first that is free, and
# none waits behind another in a process that is busy (docs/operations.md). For behind a proxy that keeps a
# request until it is whole; a browser opens connections that it does not use.
threads = 2
worker_connections = threads
keepalive = 0
METRICS_BIND = Environment().str("METRICS_BIND", default="")
if METRICS_BIND:
    # Before any worker: each writes its numbers into a file there, and all are counted together.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


def when_ready(server: Arbiter) -> None:
    """Before the first worker: let go of what two processes can't share, and start the one with the metrics.

    That one ends with gunicorn.
    """
    connections = import_module("django.db").connections  # importing it reads the settings
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()
    # What was loaded stays for ever: nobody has to look through it again for what can go (pauses of 0.2 s).
    gc.collect()
    gc.freeze()
    # Threads that take turns every 5 ms all end late; one that goes on ends sooner (docs/operations.md).
    sys.setswitchinterval(TURN_SECONDS)
    if METRICS_BIND:
        port = server.LISTENERS[0].sock.getsockname()[1]
        subprocess.Popen(
            [sys.executable, "-m", "ipsplatform.operations.metrics"],
            env={**os.environ, "PORT": str(port)},
            preexec_fn=partial(end_with_parent, signal.SIGTERM),  # noqa: PLW1509 (it asks the kernel one thing)
        )

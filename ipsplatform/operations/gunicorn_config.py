"""What gunicorn reads (`--config`): how it writes its lines, and where the metrics of its workers meet."""

import os
import signal
import subprocess
import sys
import tempfile
from functools import partial

from gunicorn.arbiter import Arbiter

from ipsplatform.operations.gunicorn_log import GunicornLog
from ipsplatform.operations.processes import end_with_parent
from ipsplatform.settings.environment import Environment

logger_class = GunicornLog
METRICS_BIND = Environment().str("METRICS_BIND", default="")
if METRICS_BIND:
    # Before any worker: each writes its numbers into a file there, and all are counted together.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


def when_ready(server: Arbiter) -> None:
    """Start the process that shows the metrics; it ends with gunicorn."""
    if METRICS_BIND:
        port = server.LISTENERS[0].sock.getsockname()[1]
        subprocess.Popen(
            [sys.executable, "-m", "ipsplatform.operations.metrics"],
            env={**os.environ, "PORT": str(port)},
            preexec_fn=partial(end_with_parent, signal.SIGTERM),  # noqa: PLW1509 (it asks the kernel one thing)
        )

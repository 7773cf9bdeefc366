"""`docker compose up` on a real engine, from checkouts under three umasks, as docs/operations.md says.

Usage: python -m tests.compose. Debian's dockerd is started in a network namespace of its own; nothing of an
engine that runs here is touched. Where no engine can be started it says so, and ends with 0 (with 1 when
IPS_REQUIRE_ENGINE is set).
"""

import os
import signal
import sys
import time
from collections.abc import Callable

from ipsplatform.embedded.keeper import local_dir
from tests.compose import checks, images
from tests.compose.engine import CannotStartError, Engine, install
from tests.compose.installation import Installation

SHOWS = (18, 20)
UMASKS = (0o077, 0o027, 0o022)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended all the same
    folder = local_dir() / "compose-check"
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    try:
        install()
        with Engine(folder) as engine:
            _timed("stand-ins for the official images", lambda: images.build(engine))
            faults = [fault for umask in UMASKS for fault in _faults_of(engine, umask)]
    except CannotStartError as reason:
        print(f"NOT CHECKED: no container engine can be started here: {reason}.")
        return int(bool(os.environ.get("IPS_REQUIRE_ENGINE")))
    print(f"{len(faults)} faults, {time.monotonic() - began:.0f} s")
    return int(bool(faults))


def _faults_of(engine: Engine, umask: int) -> list[str]:
    """What went wrong in a checkout under this umask. The first one gets every check, the others come up."""
    installation = Installation(engine, engine.folder / f"umask-{umask:03o}", umask=umask)
    if installation.folder.exists():
        installation.remove()
    every = [*checks.FIRST, *(checks.MORE if umask == UMASKS[0] else ()), *checks.LAST]
    faults = []
    for name, check in every:
        try:
            _timed(f"umask {umask:03o}: {name}", lambda check=check: check(installation))
        except AssertionError as fault:
            print(f"FAULT umask {umask:03o}: {name}: {fault}", flush=True)
            print(installation.compose("ps", "--all"), installation.compose("logs", "--tail", "5"), sep="\n")
            faults.append(name)
    installation.remove()
    return faults


def _timed(name: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    said = work()
    print(f"ok    {name:<60}{time.monotonic() - began:>5.0f} s  {said or ''}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

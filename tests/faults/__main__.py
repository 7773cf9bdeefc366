"""kill -9 of the database, the web, the worker, the broker and beat, under load, on this machine only.

Usage: python -m tests.faults [scenario …]. It starts the product in a temporary folder and on free ports,
keeps a ledger of every contact that was sent, compares that with the database after each fault, and ends
what it started.
"""

import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import partial

import django

from tests.faults.installation import Installation

SHOWS = (16, 17)


def main(asked: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended all the same
    installation = Installation()
    with installation.without_pool():
        django.setup()  # starts PostgreSQL and Valkey in the folder
    from tests.faults.scenarios import Outcome, guarded, migrations  # noqa: PLC0415 (models need django.setup)

    outcomes: dict[str, Outcome] = {}
    try:
        outcomes["two migrations"] = _timed("two migrations", lambda: migrations(installation))
        for name, scenario in _prepared(installation, asked).items():
            outcomes[name] = _timed(name, partial(guarded, scenario))
    finally:
        left = installation.stop()
    outcomes["the end"] = Outcome({"processes left": len(left)}, [f"left: {left}"] if left else [])
    _print_table(outcomes)
    failed = any(outcome.faults for outcome in outcomes.values())
    if failed:
        print(f"The logs are in {installation.folder}.")
    else:
        shutil.rmtree(installation.folder, ignore_errors=True)
    return int(failed)


def _prepared(installation: Installation, asked: list[str]) -> dict[str, Callable]:
    """Everything started, with people signed in."""
    from tests.faults import queue_scenarios, scenarios, seed  # noqa: PLC0415
    from tests.faults.load import Load  # noqa: PLC0415

    seed.seed()
    installation.start()
    load = Load(seed.WRITERS)
    load.sign_in(installation)
    known = {
        "database": partial(scenarios.database, installation, load),
        "web": partial(scenarios.web, installation, load),
        "worker": partial(queue_scenarios.worker, installation),
        "broker": partial(queue_scenarios.broker, installation, load),
        "two beats": partial(queue_scenarios.two_beats, installation),
    }
    return {name: scenario for name, scenario in known.items() if not asked or name in asked}


def _timed(name: str, scenario: Callable):
    began = time.monotonic()
    outcome = scenario()
    seconds = time.monotonic() - began
    facts = ", ".join(f"{fact} {value}" for fact, value in outcome.facts.items())
    print(f"{'FAULT' if outcome.faults else 'ok':<6}{name:<16}{seconds:>5.0f} s  {facts}", flush=True)
    for fault in outcome.faults[:10]:
        print(f"      {fault}", flush=True)
    return outcome


def _print_table(outcomes: dict) -> None:
    print(f"\n{'scenario':<16}{'what was counted':<44}{'':>12}")
    for name, outcome in outcomes.items():
        for fact, value in outcome.facts.items():
            print(f"{name:<16}{fact:<44}{value!s:>12}")
    faults = sum(len(outcome.faults) for outcome in outcomes.values())
    print(f"\n{faults} faults found." if faults else "\nNothing lost, nothing double, nothing half.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

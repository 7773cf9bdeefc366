"""Server-side time of the main pages on the demo data, as a ratio to an empty signed-in page.

Usage: python -m tests.bench [rounds]. Everything is measured in one process, the pages in turn, so that
a busy machine slows all of them alike: read the ratios, not the milliseconds. Statements are counted apart.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from ipsplatform.demo.running import prepare

ROUNDS = 30
OUTPUT = "bench.json"
EMPTY = "empty signed-in page"


@dataclass(frozen=True)
class Measured:
    """`median_ms` of one answer, its `ratio` to the empty page, and how many statements it needs."""

    name: str
    median_ms: float
    p95_ms: float
    ratio: float
    statements: int


def main(rounds: int = ROUNDS) -> None:
    prepare()
    from tests.bench.access_log import (  # noqa: PLC0415 (models need django.setup first)
        measured_access_log,
        print_access_log,
    )
    from tests.bench.pages import asked_pages  # noqa: PLC0415

    pages = asked_pages()
    times = _times(pages, rounds)
    results = _results(times, {name: _statements(ask) for name, ask in pages.items()})
    log = measured_access_log(pages, rounds)
    with open(OUTPUT, "w", encoding="utf-8") as file:
        found = {"rounds": rounds, "pages": [asdict(result) for result in results], "access_log": log}
        json.dump(found, file, indent=2)
    _print_table(results)
    print_access_log(log)
    print(f"Also written to {OUTPUT}.")


def _times(pages: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds + 3):
        for name, ask in pages.items():
            started = time.perf_counter()
            ask()
            if number >= 3:  # the first three rounds warm templates and plans
                times[name].append((time.perf_counter() - started) * 1000)
    return times


def _statements(ask: Callable[[], None]) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def _results(times: dict[str, list[float]], statements: dict[str, int]) -> list[Measured]:
    base = statistics.median(times[EMPTY])
    return [
        Measured(
            name=name,
            median_ms=round(statistics.median(taken), 2),
            p95_ms=round(statistics.quantiles(taken, n=20)[-1], 2),
            ratio=round(statistics.median(taken) / base, 2),
            statements=statements[name],
        )
        for name, taken in times.items()
    ]


def _print_table(results: list[Measured]) -> None:
    print(f"{'page':<44}{'median ms':>10}{'p95 ms':>10}{'ratio':>8}{'statements':>12}")
    for result in results:
        print(
            f"{result.name:<44}{result.median_ms:>10.1f}{result.p95_ms:>10.1f}{result.ratio:>8.2f}"
            f"{result.statements:>12}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

"""How long pages take, in one process and in turn, so that a busy machine slows all of them alike."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

EMPTY = "empty signed-in page"
WARMING = 3  # rounds that warm templates and plans


@dataclass(frozen=True)
class Measured:
    """`median_ms` of one answer, its `ratio` to the empty page, and how many statements it needs."""

    name: str
    median_ms: float
    p95_ms: float
    ratio: float
    statements: int


def timed(pages: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of `rounds` answers of each page."""
    times: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds + WARMING):
        for name, ask in pages.items():
            started = time.perf_counter()
            ask()
            if number >= WARMING:
                times[name].append((time.perf_counter() - started) * 1000)
    return times


def results(times: dict[str, list[float]], pages: dict[str, Callable[[], None]]) -> list[Measured]:
    """What was measured of each page. Statements are counted apart."""
    base = statistics.median(times[EMPTY])
    return [
        Measured(
            name=name,
            median_ms=round(statistics.median(taken), 2),
            p95_ms=round(statistics.quantiles(taken, n=20)[-1], 2),
            ratio=round(statistics.median(taken) / base, 2),
            statements=_statements(pages[name]),
        )
        for name, taken in times.items()
    ]


def slowest_statements(pages: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Milliseconds of the slowest statement of each page, the better of two answers."""
    return {name: round(min(_slowest(ask), _slowest(ask)), 1) for name, ask in pages.items()}


def machine() -> str:
    """The version of PostgreSQL, its memory, and whether it compiles statements (JIT)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers'),"
            " current_setting('jit'), pg_jit_available()"
        )
        version, memory, asked, there = cursor.fetchone()
    jit = "off" if asked == "off" else "on" if there else "asked for, not in this build"
    return f"PostgreSQL {version}, shared_buffers {memory}, JIT {jit}"


def _statements(ask: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def _slowest(ask: Callable[[], None]) -> float:
    taken = [0.0]

    def watch(execute: Callable, *asked: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            taken.append((time.perf_counter() - started) * 1000)

    with connection.execute_wrapper(watch):
        ask()
    return max(taken)

"""What the access log adds to each page: every page asked with and without it, in turn, in one run.

A third time the line is written and the disk is not waited for: what is left then is the work of the log
itself, and the rest is the time that this machine needs to put something on its disk.
"""

import statistics
import time
from collections.abc import Callable

from django.db import connection

from ipsplatform.operations import access_log

AT_MOST = 0.15  # of a page's server time
WITH, WITHOUT, NO_DISK = "with", "without", "no disk"


def measured_access_log(pages: dict[str, Callable[[], None]], rounds: int) -> list[dict]:
    """For each page the medians in milliseconds, and the share that the log adds, also without the disk."""
    found = []
    for name, ask in pages.items():
        taken = {way: [] for way in (WITH, WITHOUT, NO_DISK)}
        for _ in range(2 * rounds):
            for way, times in taken.items():
                times.append(_timed(ask, way))
        with_ms, without_ms, no_disk_ms = (statistics.median(times) for times in taken.values())
        found.append(
            {
                "name": name,
                "with_ms": round(with_ms, 2),
                "without_ms": round(without_ms, 2),
                "added": round(with_ms / without_ms - 1, 3),
                "added_without_disk": round(no_disk_ms / without_ms - 1, 3),
            }
        )
    return found


def print_access_log(found: list[dict]) -> None:
    print(f"\n{'access log':<44}{'with ms':>10}{'without':>10}{'adds':>8}{'no disk':>10}")
    for page in found:
        print(
            f"{page['name']:<44}{page['with_ms']:>10.1f}{page['without_ms']:>10.1f}{page['added']:>8.1%}"
            f"{page['added_without_disk']:>10.1%}"
        )
    added = statistics.median(page["added"] for page in found)
    print(f"Median over the pages: {added:.1%}; allowed {AT_MOST:.0%}.")


def _timed(ask: Callable[[], None], way: str) -> float:
    """One answer; without the log no line is made and none is written."""
    logging = access_log.log_request
    if way == WITHOUT:
        access_log.log_request = lambda *_: None
    _wait_for_disk(way != NO_DISK)
    started = time.perf_counter()
    try:
        ask()
        return (time.perf_counter() - started) * 1000
    finally:
        access_log.log_request = logging
        _wait_for_disk(True)


def _wait_for_disk(wait: bool) -> None:
    """For this connection of the benchmark only; the product waits, always."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {'on' if wait else 'off'}")

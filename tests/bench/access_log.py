"""What the access log adds to each page: every page asked with and without it, in turn, in one run."""

import statistics
import time
from collections.abc import Callable

from ipsplatform import access_log

AT_MOST = 0.15  # of a page's server time


def measured_access_log(pages: dict[str, Callable[[], None]], rounds: int) -> list[dict]:
    """For each page the median with and without the log, in milliseconds, and the share that it adds."""
    found = []
    for name, ask in pages.items():
        both = {True: [], False: []}
        for number in range(2 * rounds):
            with_log = bool(number % 2)
            both[with_log].append(_timed(ask, with_log=with_log))
        with_ms, without_ms = (statistics.median(both[with_log]) for with_log in (True, False))
        added = round(with_ms / without_ms - 1, 3)
        found.append(
            {"name": name, "with_ms": round(with_ms, 2), "without_ms": round(without_ms, 2), "added": added}
        )
    return found


def print_access_log(found: list[dict]) -> None:
    print(f"\n{'access log':<44}{'with ms':>10}{'without':>10}{'adds':>8}")
    for page in found:
        print(f"{page['name']:<44}{page['with_ms']:>10.1f}{page['without_ms']:>10.1f}{page['added']:>8.1%}")
    added = statistics.median(page["added"] for page in found)
    print(f"Median over the pages: {added:.1%}; allowed {AT_MOST:.0%}.")


def _timed(ask: Callable[[], None], *, with_log: bool) -> float:
    """One answer; without the log the line is made and not written."""
    write = access_log.write_line
    if not with_log:
        access_log.write_line = lambda *_, **__: None
    started = time.perf_counter()
    try:
        ask()
    finally:
        access_log.write_line = write
    return (time.perf_counter() - started) * 1000

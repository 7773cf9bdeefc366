"""Server-side time of the main pages on the demo data, as a ratio to an empty signed-in page.

Usage: python -m tests.bench [rounds]. Everything is measured in one process, the pages in turn, so that
a busy machine slows all of them alike: read the ratios, not the milliseconds. Statements are counted apart.
"""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from ipsplatform.demo.running import prepare

ROUNDS = 30
OUTPUT = "bench.json"

if TYPE_CHECKING:
    from tests.bench.timing import Measured


def main(rounds: int = ROUNDS) -> None:
    prepare()
    from tests.bench.access_log import (  # noqa: PLC0415 (models need django.setup first)
        measured_access_log,
        print_access_log,
    )
    from tests.bench.pages import asked_pages  # noqa: PLC0415
    from tests.bench.scan import beside_scan, figures_and_scan  # noqa: PLC0415
    from tests.bench.timing import machine, results, timed  # noqa: PLC0415

    pages, figures = asked_pages(), figures_and_scan()
    found = results(timed(pages, rounds) | timed(figures, rounds), pages | figures)
    log = measured_access_log(pages, rounds)
    with open(OUTPUT, "w", encoding="utf-8") as file:
        measured = {"rounds": rounds, "machine": machine(), "pages": [asdict(one) for one in found]}
        json.dump({**measured, "access_log": log}, file, indent=2)
    print(machine())
    _print_table(found)
    print(beside_scan({one.name: one.median_ms for one in found}))
    print_access_log(log)
    print(f"Also written to {OUTPUT}.")


def _print_table(results: list["Measured"]) -> None:
    print(f"{'page':<44}{'median ms':>10}{'p95 ms':>10}{'ratio':>8}{'statements':>12}")
    for result in results:
        print(
            f"{result.name:<44}{result.median_ms:>10.1f}{result.p95_ms:>10.1f}{result.ratio:>8.2f}"
            f"{result.statements:>12}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

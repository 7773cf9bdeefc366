"""What growth costs: the pages of `make bench` at the size of the demo and in far larger organisations.

Usage: python -m tests.bench.scale [clients …] (none: 0 20000 250000, where 0 is the demo as it is). Each size
has PostgreSQL and people of its own in `.local/scale/<clients>`, kept for the next time. Every size is
measured in a process of its own, and eight people at once ask two web processes over HTTP, one question in
ten writes a contact. The last table says how much each page grew: its ratio to an empty page of the same run,
divided by that ratio at the first size, so that a machine that was busier meanwhile changes nothing.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from ipsplatform.demo.running import prepare
from ipsplatform.embedded.keeper import local_dir

SIZES = (0, 20_000, 250_000)
ROUNDS = 9
OUTPUT = "bench-scale.json"
AT_MOST = 1.3  # times what it is at the size of the demo


def main(sizes: list[int]) -> None:
    """Measure each size in turn, and write and print what was found."""
    found = [_measured_apart(size) for size in sizes]
    Path(OUTPUT).write_text(json.dumps(found, indent=2), encoding="utf-8")
    for one in found:
        _print_size(one)
    if len(found) > 1:
        _print_growth(found)
    print(f"Also written to {OUTPUT}.")


def _measured_apart(size: int) -> dict:
    """Settings and connections belong to a process: one for each size."""
    folder = local_dir() / "scale" / str(size)
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / OUTPUT
    command = [sys.executable, "-m", "tests.bench.scale", "measure", str(size), str(output)]
    subprocess.run(command, check=True, env={**os.environ, "IPS_LOCAL_DIR": str(folder)})
    return json.loads(output.read_text(encoding="utf-8"))


def measure(size: int, output: str) -> None:
    """Grow to `size` and measure; called in the process of that size."""
    prepare()
    from tests.bench.at_once import measured_at_once  # noqa: PLC0415 (models need django.setup first)
    from tests.bench.growing import grow_to  # noqa: PLC0415
    from tests.bench.pages import asked_pages, saved_contact  # noqa: PLC0415
    from tests.bench.scan import beside_scan, figures_and_scan  # noqa: PLC0415
    from tests.bench.timing import machine, results, slowest_statements, timed  # noqa: PLC0415

    clients = grow_to(size)
    pages = asked_pages() | saved_contact()
    figures = figures_and_scan()
    measured = results(timed(pages, ROUNDS) | timed(figures, ROUNDS), pages | figures)
    found = {
        "clients": clients,
        "machine": machine(),
        "pages": [asdict(one) for one in measured if one.name in pages],
        "figures": [asdict(one) for one in measured if one.name in figures],
        "beside_scan": beside_scan({one.name: one.median_ms for one in measured}),
        "slowest": slowest_statements(pages | figures),
        "at_once": measured_at_once(),
    }
    Path(output).write_text(json.dumps(found, indent=2), encoding="utf-8")


def _print_size(found: dict) -> None:
    print(f"\n{found['clients']:,} clients · {found['machine']}")
    print(f"{'page':<44}{'median ms':>10}{'p95 ms':>10}{'ratio':>8}{'statements':>12}{'slowest ms':>12}")
    for page in found["pages"] + found["figures"]:
        slowest = found["slowest"][page["name"]]
        print(
            f"{page['name']:<44}{page['median_ms']:>10.1f}{page['p95_ms']:>10.1f}{page['ratio']:>8.2f}"
            f"{page['statements']:>12}{slowest:>12.1f}"
        )
    print(found["beside_scan"])
    at_once = found["at_once"]
    print(
        f"Eight people at once: {at_once['per_second']} requests/s, median {at_once['median_ms']} ms,"
        f" p95 {at_once['p95_ms']} ms, {at_once['errors']} errors in {at_once['requests']}."
    )


def _print_growth(found: list[dict]) -> None:
    first = _ratios_of(found[0])
    print(f"\n{'growth of the ratio (allowed ' + str(AT_MOST) + ')':<44}", end="")
    print("".join(f"{one['clients']:>12,}" for one in found[1:]))
    for name, base in first.items():
        growths = [_ratios_of(one).get(name, 0) / base for one in found[1:]]
        print(f"{name:<44}" + "".join(f"{growth:>12.2f}" for growth in growths))


def _ratios_of(found: dict) -> dict[str, float]:
    """Of the pages; figures read everything that there is, and stand beside the scan."""
    return {page["name"]: page["ratio"] for page in found["pages"]}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["measure", size, output]:
            measure(int(size), output)
        case sizes:
            main([int(size) for size in sizes] or list(SIZES))

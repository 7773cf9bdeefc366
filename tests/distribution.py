"""Which test process gets what: a whole file at a time, and the longest files first.

`make test` runs with `--dist loadfile --no-loadscope-reorder`, which hands files out in the order in which
they were collected. A file stays in one process, so what a file makes once is made once. What is handed out
last must be short: the other process waits for it.
"""

import pytest

# Seconds on two cores, from `make test ARGS="--durations=0"`; shorter files need no line.
LONG_FILES = {
    "tests/project/test_oracles.py": 300,
    "tests/browser/test_admin.py": 290,
    "tests/browser/test_seen.py": 250,
    "tests/project/test_demo.py": 100,
    "tests/project/test_every_form.py": 100,
    "tests/project/test_access_matrix.py": 80,
    "tests/browser/test_production.py": 75,
    "tests/project/test_shown_is_logged.py": 70,
    "tests/browser/test_sessions.py": 60,
    "tests/project/test_health_in_time.py": 60,
    "tests/project/test_odd_questions.py": 60,
    "tests/browser/test_client_file.py": 60,
    "tests/project/test_charlie.py": 50,
    "tests/project/test_admin_asks_nothing.py": 50,
    "tests/scenarios/test_seed_demo.py": 45,
    "tests/browser/test_as_written.py": 45,
    "tests/browser/test_typing.py": 40,
}


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests of long files in front, and leave the rest in their order."""
    items.sort(key=lambda item: -LONG_FILES.get(item.nodeid.split("::")[0], 0))

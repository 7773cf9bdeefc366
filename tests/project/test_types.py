"""What mypy may still find: errors that were known when checking began, and none where rules live."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# The lines of mypy-baseline.txt. Lower it after `make types-sync`, never raise it.
KNOWN_ERRORS = 111
WITHOUT_ERRORS = re.compile(
    r"(.*/)?(services|selectors|permissions|models)(\.py|/)"
    r"|(reports/indicators|ipsplatform/common|trajectories/case_import/tables)/"
    r"|staff/requests\.py"
)


def known() -> list[str]:
    return (ROOT / "mypy-baseline.txt").read_text().splitlines()


def test_the_list_of_known_errors_only_gets_shorter():
    assert len(known()) <= KNOWN_ERRORS, "a new error was put on the list"
    assert len(known()) == KNOWN_ERRORS, "errors were fixed: lower KNOWN_ERRORS"


def test_no_error_is_known_where_rules_live():
    assert [line for line in known() if WITHOUT_ERRORS.match(line)] == []


@pytest.mark.parametrize(
    "path",
    [
        "clients/sharing/services.py",
        "trajectories/retention/services/terms.py",
        "clients/file/selectors.py",
        "reports/team/selectors/people.py",
        "staff/permissions.py",
        "clients/models/client.py",
        "reports/indicators/flow.py",
        "ipsplatform/common/periods.py",
        "trajectories/case_import/tables/table.py",
    ],
)
def test_rules_live_there(path):
    assert (ROOT / path).is_file()
    assert WITHOUT_ERRORS.match(path)


def filtered(found: list[str]) -> int:
    """How `make check` ends when mypy finds this."""
    command = [sys.executable, "-m", "mypy_baseline", "filter", "--hide-stats"]
    text = "".join(f"{line}\n" for line in found)
    return subprocess.run(command, input=text, text=True, cwd=ROOT, check=False).returncode


def test_known_errors_pass_a_new_one_and_a_fixed_one_fail():
    assert filtered(known()) == 0
    assert filtered([*known(), 'staff/permissions.py:1: error: Name "x" is not defined  [name-defined]']) != 0
    assert filtered(known()[1:]) != 0


def test_the_makefile_lets_only_the_list_pass():
    assert "-m mypy | $(PY) -m mypy_baseline filter --hide-stats\n" in (ROOT / "Makefile").read_text()


def test_ignored_errors_name_their_code_and_a_reason():
    ignored = [
        (path.relative_to(ROOT).as_posix(), number)
        for app in ("staff", "clients", "trajectories", "reports", "ipsplatform")
        for path in sorted((ROOT / app).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "# type: ignore" in line and not re.search(r"# type: ignore\[[a-z-]+\]  # \w", line)
    ]
    assert ignored == []

"""`manage.py import_cases`: what it prints and with which code it ends."""

import io
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from tests.trajectories.case_import.import_files import write_all, write_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def run(*arguments):
    out = io.StringIO()
    try:
        call_command("import_cases", *map(str, arguments), stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


def test_valid_folder_is_imported(tmp_path):
    write_all(tmp_path)
    code, out, _error = run(tmp_path)
    assert code == 0
    assert "clients.csv: 1 read, 1 created, 0 changed, 0 unchanged, 0 refused\n" in out
    assert out.endswith("Imported.\n")


def test_second_time_changes_nothing(tmp_path):
    write_all(tmp_path)
    run(tmp_path)
    code, out, _error = run(tmp_path)
    assert code == 0
    assert "clients.csv: 1 read, 0 created, 0 changed, 1 unchanged, 0 refused\n" in out


def test_refused_row_is_printed_with_its_place_and_the_command_fails(tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    code, out, error = run(tmp_path)
    assert code == 1
    assert "contacts.csv, line 2, kind: This is not one of the codes" in out
    assert error.startswith("Refused rows: 1. Files refused as a whole: 0. Nothing was written.")
    assert not Client.objects.exists()


def test_skip_invalid_imports_the_rest_and_still_fails(tmp_path):
    write_all(tmp_path, contacts={"kind": "mail"})
    code, _out, error = run(tmp_path, "--skip-invalid")
    assert code == 1
    assert error.endswith("The refused rows were left out, the rest was imported.")
    assert Client.objects.exists()


def test_dry_run_writes_nothing(tmp_path):
    write_all(tmp_path)
    code, out, _error = run(tmp_path, "--dry-run")
    assert code == 0
    assert out.endswith("Dry run: nothing was written.\n")
    assert not Client.objects.exists()


def test_file_refused_as_a_whole_says_so(tmp_path):
    write_file(tmp_path, "teams", {})
    (tmp_path / "clients.csv").write_text("nummer\n")
    code, out, error = run(tmp_path)
    assert code == 1
    assert "clients.csv: refused as a whole\n" in out
    assert "Files refused as a whole: 1." in error


def test_long_list_of_refusals_is_cut_and_counted(tmp_path):
    write_file(tmp_path, "teams", *[{"team_code": f"N{number}", "kind": "x"} for number in range(1200)])
    _code, out, _error = run(tmp_path)
    assert "… and 200 more." in out


def test_folder_that_is_not_there_is_an_error_without_a_traceback(tmp_path):
    code, _out, error = run(tmp_path / "nergens")
    assert code == 1
    assert "There is no folder" in error


def test_process_ends_with_one_when_something_is_refused(tmp_path, settings):
    (tmp_path / "clients.csv").write_bytes(b"client_number,shoe_size\n")
    answer = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "import_cases",
            str(tmp_path),
            "--settings",
            "ipsplatform.settings.test",
        ],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("rows", [1, 40])
def test_statements_do_not_grow_with_the_rows(tmp_path, rows, count_queries):
    write_all(tmp_path)
    write_file(tmp_path, "contacts", *[{"contact_number": f"K{number}"} for number in range(rows)])
    write_file(tmp_path, "clients", *[{"client_number": f"C{number}"} for number in range(1, rows + 1)])
    with count_queries(80):
        run(tmp_path)

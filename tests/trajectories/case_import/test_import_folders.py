"""Whole folders: random ones that are valid, twice, dry, and large."""

from datetime import date

import pytest
from django.db import connection

from tests.oracle.folders import write_folder
from tests.trajectories.case_import.import_files import all_rows, run_import

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 31)


@pytest.mark.parametrize("seed", range(3))
def test_random_valid_folder_is_imported_without_refusals(tmp_path, seed):
    write_folder(tmp_path, seed=seed, clients=25, today=TODAY)
    report = run_import(tmp_path)
    assert report.refusals == ()
    assert {file.read for file in report.files} == {file.created for file in report.files}


def test_importing_twice_writes_nothing_the_second_time(tmp_path):
    write_folder(tmp_path, seed=3, clients=40, today=TODAY)
    run_import(tmp_path)
    before = all_rows()
    report = run_import(tmp_path)
    assert report.rows_written == 0
    assert [file.read for file in report.files] == [file.unchanged for file in report.files]
    assert all_rows() == before


def test_dry_run_reports_and_leaves_nothing_behind(tmp_path):
    write_folder(tmp_path, seed=4, clients=10, today=TODAY)
    before = all_rows()
    report = run_import(tmp_path, dry_run=True)
    assert report.rows_written > 50
    assert not report.written
    assert all_rows() == before


def test_planner_knows_of_many_new_rows_at_once(tmp_path):
    lines = "".join(f"C{number},Groot\n" for number in range(1_000))
    (tmp_path / "clients.csv").write_text(f"client_number,last_name\n{lines}", encoding="utf-8")
    run_import(tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'clients_client'")
        assert cursor.fetchone() == (1_000,)

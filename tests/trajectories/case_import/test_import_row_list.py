"""Rows of imports as caseworkers and team leads read them: each once, in words."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from clients.models import Client
from tests.factories import UserFactory
from tests.trajectories.case_import.import_files import run_import, write_all, write_file
from tests.trajectories.case_import.test_import_uploads import ask
from trajectories.case_import import services as import_run
from trajectories.case_import.selectors.asked import rows_that_do_not_fit
from trajectories.case_import.tables.running import TABLES
from trajectories.models import ImportRun, Trajectory

pytestmark = [pytest.mark.shows(25), pytest.mark.django_db]

LIST = reverse("trajectories:import_row_list")


@pytest.fixture
def by():
    return UserFactory(beheerder=True)


@pytest.fixture
def folder(tmp_path):
    """A second open trajectory for a client who has one, and a job that hangs on it."""
    write_all(tmp_path)
    assert run_import(tmp_path).written
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    write_file(tmp_path, "trajectories", {"trajectory_number": "T9"})
    write_file(tmp_path, "jobs", {"job_number": "B9", "trajectory_number": "T9"})
    return tmp_path


@pytest.fixture
def lead(folder):
    return UserFactory(teamleider=True, team=Client.objects.get(client_number="C1").team)


def perform(folder, by, **options):
    run = ask(folder, by, **options)
    import_run.perform_import(run_pk=run.pk)
    return run


def test_dry_run_and_real_one_of_the_same_file_are_one_row(folder, by, lead):
    perform(folder, by, dry_run=True)
    last = perform(folder, by, skip_invalid=True)
    (row,) = rows_that_do_not_fit(lead)
    assert (row.run, row.file, row.line) == (last, "trajectories.csv", 2)


def test_the_same_row_in_another_zip_file_is_one_row(folder, by, lead):
    perform(folder, by, dry_run=True)
    write_file(folder, "teams", {"name": "Anders"})
    last = perform(folder, by, dry_run=True)
    (row,) = rows_that_do_not_fit(lead)
    assert row.run == last
    assert ImportRun.objects.get(pk=last.pk).upload_hash != ImportRun.objects.order_by("pk")[0].upload_hash


def test_another_row_in_the_same_words_hides_none(folder, by, lead):
    """An office sends its months apart: what was refused of the one is not settled by the other."""
    (folder / "jobs.csv").unlink()
    first = perform(folder, by, dry_run=True)
    write_file(folder, "trajectories", {"trajectory_number": "T1"}, {"trajectory_number": "T8"})
    last = perform(folder, by, dry_run=True)
    rows = rows_that_do_not_fit(lead)
    assert [(row.run, row.line) for row in rows] == [(last, 3), (first, 2)]
    assert rows[0].reason == rows[1].reason


def test_row_of_the_same_file_that_fits_by_now_is_gone(folder, by, lead):
    perform(folder, by, dry_run=True)
    Trajectory.objects.update(ended_on=timezone.localdate() - timedelta(days=1), end_reason="onbekend")
    perform(folder, by, dry_run=True)
    assert rows_that_do_not_fit(lead) == []


def test_import_that_was_not_read_hides_nothing(folder, by, lead):
    done = perform(folder, by, dry_run=True)
    ask(folder, by, dry_run=True)  # waits for the worker
    assert [row.run for row in rows_that_do_not_fit(lead)] == [done]


def test_row_that_was_refused_with_another_is_left_out(folder, by, lead):
    run = perform(folder, by, dry_run=True)
    run.refresh_from_db()
    assert run.report["compared_total"] == 2
    assert [row.file for row in rows_that_do_not_fit(lead)] == ["trajectories.csv"]


def test_two_rows_of_one_file_are_two_rows(folder, by, lead):
    (folder / "jobs.csv").unlink()
    write_file(folder, "trajectories", {"trajectory_number": "T8"}, {"trajectory_number": "T9"})
    perform(folder, by, dry_run=True)
    assert [row.line for row in rows_that_do_not_fit(lead)] == [2, 3]


def test_page_speaks_of_columns_in_words_and_of_the_place_in_small_print(client, folder, by, lead):
    perform(folder, by, dry_run=True)
    client.force_login(lead)
    page = client.get(LIST).content.decode()
    assert "trajectory_number" not in page
    assert "Trajectnummer" in page
    assert re.search(r'class="[^"]*\bsmall muted\b[^"]*">\s*trajectories.csv, regel 2', page)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_a_name_on_screen(table):
    with translation.override("nl"):
        names = {column.name: table.label_of(column.name) for column in table.columns}
    assert all(names.values())
    assert not [name for name in names.values() if "_" in name]

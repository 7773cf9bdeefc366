"""Unlikely but possible: a page asks once, a file says so with line and column, and both write it."""

from datetime import date

import pytest
from django.urls import reverse

from clients.models import Client
from tests.factories import TeamFactory, TrajectoryFactory, UserFactory
from tests.filled_forms import open_form
from tests.trajectories.case_import.import_files import run_import, write_all
from trajectories.models import Contact, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

QUESTIONS = {
    "clients": ({"birth_date": "2020-05-01"}, {"birth_date": "2020-05-01", "last_name": "Groot"}, Client),
    "jobs": (
        {"hours_per_week": "60"},
        {"hours_per_week": "60", "employer_name": "Bakker", "started_on": "2026-02-02"},
        Job,
    ),
    "contacts": (
        {"minutes": "600"}, {"minutes": "other", "minutes_other": "600", "note": "Uitje."}, Contact,
    ),
}  # fmt: skip


@pytest.fixture
def worker(client):
    worker = UserFactory(team=TeamFactory())
    client.force_login(worker)
    return worker


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_page_asks_once(client, worker, name):
    _in_file, typed, model = QUESTIONS[name]
    trajectory = TrajectoryFactory(client__team=worker.memberships.get().team, followed_by=worker)
    url = {
        "clients": reverse("clients:client_register"),
        "jobs": reverse("trajectories:job_register", args=[trajectory.public_id]),
        "contacts": f"{reverse('trajectories:contact_write')}?client={trajectory.client.public_id}",
    }[name]
    before = model.objects.count()
    values = {key: found[0] for key, found in open_form(client, url).values.items() if found} | typed
    answer = client.post(url, values)
    assert "Klopt dat?" in str(answer.context["form"].errors["is_sure"])
    assert 'type="checkbox" name="is_sure"' in answer.content.decode()
    assert model.objects.count() == before
    assert client.post(url, values | {"is_sure": "on"}).status_code == 302
    assert model.objects.count() == before + 1


def test_what_stood_there_is_not_asked_again(client, worker):
    one = Client.objects.create(
        client_number="C1", last_name="Oud", birth_date=date(1930, 1, 1), team=worker.memberships.get().team
    )
    TrajectoryFactory(client=one, followed_by=worker)
    url = reverse("clients:client_correct", args=[one.public_id])
    values = {key: found[0] for key, found in open_form(client, url).values.items() if found}
    assert client.post(url, values | {"municipality": "Assen"}).status_code == 302


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_file_says_so_with_line_and_column(tmp_path, name):
    (column,) = QUESTIONS[name][0]
    changes = {name: QUESTIONS[name][0]}
    if name == "clients":
        changes |= {file: {"enrolled_on": "2024-02-01"} for file in ["trajectories"]}
    write_all(tmp_path, **changes)
    report = run_import(tmp_path)
    assert report.written
    asked = [(one.file, one.line, one.column) for one in report.doubts]
    assert asked == [(f"{name}.csv", 2, column)]


def test_a_likely_folder_raises_no_question(tmp_path):
    write_all(tmp_path)
    assert run_import(tmp_path).doubts == ()

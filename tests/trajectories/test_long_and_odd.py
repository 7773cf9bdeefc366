"""Long and odd: a note without end, the night in which the clock changes, two colleagues and one job."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from ipsplatform.common.form_fields import LONGEST_TEXT
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    JobFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.filled_forms import open_form, send
from tests.trajectories.case_import.import_files import run_import, write_all
from trajectories.models import Contact, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def worker(client):
    worker = UserFactory(team=TeamFactory())
    client.force_login(worker)
    return worker


@pytest.fixture
def trajectory(worker):
    return TrajectoryFactory(client__team=worker.memberships.get().team, followed_by=worker)


def write_url(trajectory) -> str:
    return f"{reverse('trajectories:contact_write')}?client={trajectory.client.public_id}"


@pytest.mark.parametrize(
    ("length", "is_saved"), [(LONGEST_TEXT, True), (LONGEST_TEXT + 1, False), (1_500_000, False)]
)
def test_a_long_note_has_a_limit_and_a_message(client, trajectory, length, is_saved):
    form = open_form(client, write_url(trajectory))
    values = {name: found[0] for name, found in form.values.items() if found} | {"note": "a" * length}
    answer = client.post(write_url(trajectory), values)
    assert Contact.objects.exists() is is_saved
    if not is_saved:
        assert f"hoogstens {LONGEST_TEXT}" in str(answer.context["form"].errors["note"])
        assert "a" * length in answer.content.decode()
        assert "maxlength" not in str(answer.context["form"]["note"])


@pytest.mark.parametrize(
    "page", ["trajectory_plan", "stage_move", "trajectory_start"],
)  # fmt: skip
def test_every_text_says_so(client, trajectory, page):
    owner = trajectory.client if page == "trajectory_start" else trajectory
    url = reverse(f"trajectories:{page}", args=[owner.public_id])
    form = open_form(client, url)
    values = {name: found[0] for name, found in form.values.items() if found}
    texts = {name for name in form.names if name in ("wish", "next_step", "reason", "client_words")}
    answer = client.post(url, values | dict.fromkeys(texts, "a" * (LONGEST_TEXT + 1)))
    assert texts
    assert texts <= set(answer.context["form"].errors)


def test_a_file_with_a_longer_note_is_refused_with_its_line(tmp_path):
    write_all(tmp_path, contacts={"note": "a" * (LONGEST_TEXT + 1)})
    assert [(one.file, one.line, one.column) for one in run_import(tmp_path).refusals] == [
        ("contacts.csv", 2, "note")
    ]


ODD_HOURS = {
    "2025-10-26T02:30": datetime(2025, 10, 26, 0, 30, tzinfo=UTC),  # came twice: the first
    "2025-03-30T02:30": datetime(2025, 3, 30, 1, 30, tzinfo=UTC),  # skipped: an hour later
    "2025-10-26T03:30": datetime(2025, 10, 26, 2, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("typed", ODD_HOURS)
def test_the_hours_of_the_clock_change_can_be_written(client, trajectory, typed):
    send(client, write_url(trajectory), occurred_at=typed, note="Nachtdienst.")
    assert Contact.objects.get().occurred_at == ODD_HOURS[typed]


def test_correcting_a_word_leaves_the_second_of_two_hours(client, worker, trajectory):
    second = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    contact = ContactFactory(client=trajectory.client, staff=worker, occurred_at=second, location="thuis")
    send(client, reverse("trajectories:contact_correct", args=[contact.public_id]), note="Toch rustig.")
    contact.refresh_from_db()
    assert (contact.occurred_at, contact.note) == (second, "Toch rustig.")


def test_two_colleagues_registering_one_job_are_asked(client, trajectory):
    JobFactory(
        trajectory=trajectory, employer=EmployerFactory(name="Hotel De Kade"), started_on=date(2026, 2, 2)
    )
    url = reverse("trajectories:job_register", args=[trajectory.public_id])
    form = open_form(client, url)
    values = {name: found[0] for name, found in form.values.items() if found}
    typed = values | {"employer_name": " hotel  de kade", "started_on": "2026-02-09"}
    answer = client.post(url, typed)
    assert "Is dit een andere baan?" in answer.content.decode()
    assert 'type="checkbox" name="is_another"' in answer.content.decode()
    assert Job.objects.count() == 1
    assert client.post(url, typed | {"is_another": "on"}).status_code == 302
    assert Job.objects.count() == 2


def test_another_job_at_the_same_employer_later_is_not_asked(client, trajectory):
    JobFactory(
        trajectory=trajectory, employer=EmployerFactory(name="Hotel De Kade"), started_on=date(2025, 2, 2)
    )
    url = reverse("trajectories:job_register", args=[trajectory.public_id])
    send(client, url, employer_name="Hotel De Kade", started_on="2026-02-09")
    assert Job.objects.count() == 2

"""The next visit, by the rhythm of support at work: weekly for four weeks, then every four weeks."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.factories import (
    AppointmentFactory,
    ContactFactory,
    JobFactory,
    OccurrenceFactory,
    TrajectoryFactory,
)
from tests.filled_forms import open_form
from trajectories.agenda.selectors import next_visit_on

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def job(started_on, ended_on=None):
    return SimpleNamespace(started_on=started_on, ended_on=ended_on)


@pytest.mark.parametrize(
    ("jobs", "last_contact_on", "expected"),
    [
        ([], MONDAY, None),
        ([job(MONDAY - 60 * DAY, MONDAY - DAY)], MONDAY, None),  # it ended
        ([job(MONDAY + DAY)], MONDAY, None),  # it has yet to start
        ([job(MONDAY)], MONDAY, MONDAY + 7 * DAY),
        ([job(MONDAY - 27 * DAY)], MONDAY, MONDAY + 7 * DAY),
        ([job(MONDAY - 28 * DAY)], MONDAY, MONDAY + 28 * DAY),
        ([job(MONDAY - 400 * DAY), job(MONDAY - DAY)], MONDAY, MONDAY + 7 * DAY),  # the newest one
        ([job(MONDAY - 60 * DAY, MONDAY)], MONDAY, MONDAY + 28 * DAY),  # its last day
        ([job(MONDAY - 60 * DAY)], MONDAY - 40 * DAY, MONDAY),  # never before today
        ([job(MONDAY - 60 * DAY)], MONDAY - 20 * DAY, MONDAY + 8 * DAY),
        ([job(MONDAY - 60 * DAY)], MONDAY - 23 * DAY, MONDAY + 7 * DAY),  # a Saturday becomes Monday
        ([job(MONDAY - 60 * DAY)], None, MONDAY + 28 * DAY),
    ],
)
def test_the_rhythm(jobs, last_contact_on, expected):
    assert next_visit_on(jobs=jobs, last_contact_on=last_contact_on, today=MONDAY) == expected


@pytest.fixture
def working(caseworker, on_monday):
    trajectory = TrajectoryFactory(followed_by=caseworker)
    JobFactory(trajectory=trajectory, started_on=MONDAY - 60 * DAY)
    ContactFactory(client=trajectory.client, occurred_at=datetime(2026, 3, 2, 7, tzinfo=UTC))
    return trajectory.client


def overview(client, person) -> str:
    return client.get(reverse("trajectories:client_overview", args=[person.public_id])).content.decode()


@pytest.mark.django_db
def test_the_file_proposes_the_next_visit_filled_in(client, working):
    assert "Volgende afspraak over 4 weken (ma 30 mrt)" in overview(client, working)
    url = f"/appointments/make/?client={working.public_id}&day=2026-03-30"
    assert url.replace("&", "&amp;") in overview(client, working)
    form = open_form(client, url)
    assert (form.values["client"], form.values["day"]) == ([str(working.public_id)], ["30-03-2026"])


@pytest.mark.django_db
def test_where_a_visit_is_planned_none_is_proposed(client, caseworker, working):
    AppointmentFactory(client=working, made_by=caseworker, starts_on=MONDAY + DAY)
    assert "Volgende afspraak over" not in overview(client, working)


@pytest.mark.django_db
def test_after_a_visit_that_was_kept_the_next_one_is_proposed(client, caseworker, working):
    visit = AppointmentFactory(client=working, made_by=caseworker, starts_on=MONDAY)
    OccurrenceFactory(appointment=visit, state="kept")
    page = client.get(reverse("trajectories:appointment_detail", args=[visit.public_id])).content.decode()
    assert "Volgende afspraak over 4 weken" in page
    assert "day=2026-03-30&amp;at=08%3A00" in page


@pytest.mark.django_db
def test_without_a_job_no_visit_is_proposed(client, caseworker, on_monday):
    trajectory = TrajectoryFactory(followed_by=caseworker)
    assert "Volgende afspraak over" not in overview(client, trajectory.client)

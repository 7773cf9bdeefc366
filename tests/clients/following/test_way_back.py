"""The way back: each day of an assignment and of an agreed job can be moved or taken back, at once."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.following import services
from clients.models import Assignment
from ipsplatform.common.errors import RuleError
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow, Scope
from staff.models import AuditEvent, Role
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TrajectoryFactory,
    UserFactory,
)
from tests.filled_forms import send
from trajectories.jobs.services import register_job
from trajectories.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY = date(2026, 3, 2)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def lead(client, team):
    lead = UserFactory(teamleider=True, team=team)
    client.force_login(lead)
    return lead


@pytest.fixture
def fixed(team):
    return AssignmentFactory(client=ClientFactory(team=team), user=UserFactory(team=team))


def test_end_and_begin_on_one_day_is_going_on(lead, fixed):
    ended = services.end_assignment(assignment=fixed, on=TODAY, by=lead)
    again = services.assign(client=fixed.client, user=fixed.user, role=fixed.role, by=lead)
    assert (again.pk, again.ended_on, again.is_primary) == (ended.pk, None, True)


def test_handed_back_on_the_same_day_is_as_it_was(lead, fixed, team):
    other = UserFactory(team=team)
    handed = services.hand_over(assignment=fixed, to=other, on=TODAY, by=lead)
    back = services.hand_over(assignment=handed, to=fixed.user, on=TODAY, by=lead)
    assert list(Assignment.objects.values_list("pk", "ended_on", "is_primary")) == [(fixed.pk, None, True)]
    assert back.pk == fixed.pk
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["assignment_ended", "client_assigned", "assignment_taken_back", "assignment_reopened"]


@pytest.mark.parametrize("ended_on", [None, TODAY + timedelta(days=3), TODAY - timedelta(days=30)])
def test_an_end_is_moved_or_taken_back_on_its_page(client, lead, fixed, ended_on):
    Assignment.objects.update(ended_on=TODAY - timedelta(days=10))
    overview = client.get(reverse("trajectories:client_overview", args=[fixed.client.public_id]))
    url = reverse("clients:assignment_correct", args=[fixed.public_id])
    assert url in overview.content.decode()
    send(client, url, ended_on=str(ended_on or ""))
    fixed.refresh_from_db()
    assert fixed.ended_on == ended_on


def test_what_outlived_its_role_is_not_opened_again(client, lead, fixed):
    Assignment.objects.update(ended_on=TODAY)
    fixed.user.role = Role.CASEMANAGER
    fixed.user.save()
    url = reverse("clients:assignment_correct", args=[fixed.public_id])
    form = client.post(url, {"started_on": "2020-01-01", "ended_on": ""}).context["form"]
    assert list(form.errors) == ["ended_on"]


@pytest.mark.parametrize("day", [TODAY + timedelta(days=14), TODAY - timedelta(days=3)])
def test_an_agreed_job_that_did_not_come_about_is_no_placement(client, lead, fixed, day):
    trajectory = TrajectoryFactory(client=fixed.client, enrolled_on=date(2025, 9, 1))
    stage = StagePeriodFactory(trajectory=trajectory)
    window = ReportWindow.of(date(2025, 10, 1), TODAY)
    before = placement_report(Scope(), window)
    job = register_job(
        trajectory=trajectory, employer_name="Hotel De Kade", started_on=day, by=lead, stage_goes_on=False,
        open_to_anyone=True, regular_wage=True, regular_employer=True,
    )  # fmt: skip
    url = reverse("trajectories:job_call_off", args=[job.public_id])
    work = client.get(reverse("trajectories:client_work", args=[fixed.client.public_id]))
    assert url in work.content.decode()
    send(client, url, why="De werkgever belde af.")
    stage.refresh_from_db()
    assert (Job.objects.count(), stage.ended_on) == (0, None)
    assert placement_report(Scope(), window) == before
    page = client.get(reverse("trajectories:client_overview", args=[fixed.client.public_id])).content.decode()
    assert "baan ging niet door" in page.lower()


def test_a_job_that_has_ended_did_come_about(client, lead, fixed):
    trajectory = TrajectoryFactory(client=fixed.client)
    job = JobFactory(trajectory=trajectory, ended_on=date(2024, 4, 1))
    url = reverse("trajectories:job_call_off", args=[job.public_id])
    assert client.post(url, {"why": "Toch niet."}).context["form"].non_field_errors()
    assert Job.objects.exists()


def test_nobody_is_left_with_a_day_that_ends_before_it_begins(lead, fixed):
    with pytest.raises(RuleError):
        services.correct_assignment(assignment=fixed, by=lead, ended_on=date(2019, 12, 31))

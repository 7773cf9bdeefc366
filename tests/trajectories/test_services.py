"""What the services of the journey refuse and record, beside what the pages show."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from staff.models import AuditEvent
from tests.factories import (
    ClientFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TrajectoryFactory,
)
from tests.trajectories.refusals import refused_on
from trajectories.contacts import services as contacts_services
from trajectories.jobs import services as jobs_services
from trajectories.journey import services as journey_services
from trajectories.models import Job, StagePeriod

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def trajectory():
    return TrajectoryFactory()


@pytest.fixture
def ended():
    return TrajectoryFactory(ended=True)  # on 31 December 2024


# Trajectories


@pytest.mark.parametrize("field", ["enrolled_on", "referred_on", "approved_on", "job_search_started_on"])
def test_start_refuses_days_in_the_future(by, field):
    facts = {"kind": "ips", "enrolled_on": TODAY, field: TOMORROW}
    assert refused_on(journey_services.start_trajectory, client=ClientFactory(), by=by, **facts) == field


def test_start_refuses_a_referral_after_the_enrolment(by):
    facts = {"kind": "ips", "enrolled_on": date(2026, 3, 1), "referred_on": TODAY}
    assert (
        refused_on(journey_services.start_trajectory, client=ClientFactory(), by=by, **facts) == "referred_on"
    )


def test_start_refuses_a_second_open_one_of_the_kind(by, trajectory):
    with pytest.raises(ValidationError):
        journey_services.start_trajectory(client=trajectory.client, kind="ips", enrolled_on=TODAY, by=by)


def test_start_refuses_an_unknown_kind(by):
    with pytest.raises(ValidationError):
        journey_services.start_trajectory(client=ClientFactory(), kind="wmo", enrolled_on=TODAY, by=by)


def test_start_records_the_team_of_that_day(by):
    person = ClientFactory()
    trajectory = journey_services.start_trajectory(client=person, kind="ips", enrolled_on=TODAY, by=by)
    assert trajectory.team == person.team
    assert AuditEvent.objects.get().action == "trajectory_started"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"enrolled_on": TOMORROW}, "enrolled_on"),
        ({"referred_on": date(2024, 1, 2)}, "referred_on"),
        ({"ended_on": TOMORROW}, "ended_on"),
        ({"ended_on": date(2023, 12, 31)}, "ended_on"),
        ({"ended_on": date(2024, 2, 29)}, "ended_on"),
    ],
)
def test_correct_trajectory_refuses(by, ended, facts, field):
    JobFactory(trajectory=ended)  # starts on 1 March 2024
    assert refused_on(journey_services.correct_trajectory, trajectory=ended, by=by, **facts) == field


def test_correct_trajectory_refuses_an_end_before_a_stage(by, ended):
    StagePeriodFactory(trajectory=ended, started_on=date(2024, 6, 1), ended_on=date(2024, 7, 1))
    facts = {"ended_on": date(2024, 5, 31)}
    assert refused_on(journey_services.correct_trajectory, trajectory=ended, by=by, **facts) == "ended_on"


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        (TOMORROW, "overig", "on"),
        (date(2023, 12, 31), "overig", "on"),
        (TODAY, "onbekend", "reason"),
    ],
)
def test_end_trajectory_refuses(by, trajectory, on, reason, field):
    assert (
        refused_on(journey_services.end_trajectory, trajectory=trajectory, on=on, reason=reason, by=by)
        == field
    )


def test_end_trajectory_refuses_an_unknown_reason(by, trajectory):
    with pytest.raises(ValidationError):
        journey_services.end_trajectory(trajectory=trajectory, on=TODAY, reason="niet_klaar", by=by)


def test_end_trajectory_refuses_before_a_job_or_stage_starts(by, trajectory):
    job = JobFactory(trajectory=trajectory, started_on=TODAY)
    ending = {"trajectory": trajectory, "on": date(2026, 3, 1), "reason": "overig", "by": by}
    assert refused_on(journey_services.end_trajectory, **ending) == "on"
    job.delete()
    StagePeriodFactory(trajectory=trajectory, started_on=TODAY)
    assert refused_on(journey_services.end_trajectory, **ending) == "on"


def test_end_trajectory_refuses_twice(by, ended):
    assert (
        refused_on(journey_services.end_trajectory, trajectory=ended, on=TODAY, reason="overig", by=by)
        is None
    )


# Stages


def test_move_refuses_an_ended_trajectory(by, ended):
    moving = {"trajectory": ended, "stage": "inloop", "on": date(2024, 6, 1), "by": by}
    assert refused_on(journey_services.move_to_stage, **moving) is None


@pytest.mark.parametrize(
    ("stage", "on", "field"),
    [
        ("dagbesteding", TOMORROW, "on"),
        ("dagbesteding", date(2023, 12, 31), "on"),
        ("dagbesteding", date(2024, 1, 1), "on"),
        ("inloop", TODAY, "stage"),
    ],
)
def test_move_refuses(by, trajectory, stage, on, field):
    StagePeriodFactory(trajectory=trajectory)
    assert (
        refused_on(journey_services.move_to_stage, trajectory=trajectory, stage=stage, on=on, by=by) == field
    )


def test_move_refuses_a_paid_job(by, trajectory):
    with pytest.raises(ValidationError):
        journey_services.move_to_stage(trajectory=trajectory, stage="betaalde_baan", on=TODAY, by=by)


def test_move_into_a_recorded_period_is_refused(by, trajectory):
    StagePeriodFactory(trajectory=trajectory, ended_on=date(2024, 6, 1))
    with pytest.raises(ValidationError):
        journey_services.move_to_stage(
            trajectory=trajectory, stage="dagbesteding", on=date(2024, 5, 1), by=by
        )


@pytest.mark.parametrize("on", [TOMORROW, date(2023, 12, 31)])
def test_end_stage_refuses(by, on):
    assert refused_on(journey_services.end_stage, period=StagePeriodFactory(), on=on, by=by) == "on"


def test_end_stage_refuses_twice(by):
    period = StagePeriodFactory(ended_on=date(2024, 2, 1))
    assert refused_on(journey_services.end_stage, period=period, on=TODAY, by=by) is None


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"started_on": TOMORROW}, "started_on"),
        ({"ended_on": TOMORROW}, "ended_on"),
        ({"ended_on": date(2023, 12, 31)}, "ended_on"),
    ],
)
def test_correct_stage_refuses(by, facts, field):
    assert refused_on(journey_services.correct_stage, period=StagePeriodFactory(), by=by, **facts) == field


def test_correct_stage_refuses_to_open_one_of_an_ended_trajectory(by, ended):
    period = StagePeriodFactory(trajectory=ended, ended_on=date(2024, 2, 1))
    assert refused_on(journey_services.correct_stage, period=period, by=by, ended_on=None) == "ended_on"


def test_correct_stage_refuses_overlap_and_a_paid_job(by):
    first = StagePeriodFactory(ended_on=date(2024, 2, 1))
    period = StagePeriodFactory(trajectory=first.trajectory, started_on=date(2024, 2, 2))
    for facts in ({"started_on": date(2024, 2, 1)}, {"stage": "betaalde_baan"}):
        with pytest.raises(ValidationError):
            journey_services.correct_stage(period=period, by=by, **facts)


# Jobs


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"started_on": TODAY + timedelta(days=366)}, "started_on"),
        ({"employer_name": "  "}, "employer_name"),
    ],
)
def test_register_job_refuses(by, trajectory, facts, field):
    facts = {"started_on": TODAY, "employer_name": "Hotel De Kade", **facts}
    assert refused_on(jobs_services.register_job, trajectory=trajectory, by=by, **facts) == field
    assert not Job.objects.exists()


def test_register_job_refuses_a_start_after_the_trajectory(by, ended):
    facts = {"started_on": date(2025, 1, 1), "employer_name": "Hotel De Kade"}
    assert refused_on(jobs_services.register_job, trajectory=ended, by=by, **facts) == "started_on"


def test_register_job_refuses_to_stop_a_stage_before_it_began(by, trajectory):
    StagePeriodFactory(trajectory=trajectory, started_on=TODAY)
    facts = {"started_on": TODAY, "employer_name": "Hotel De Kade", "stage_goes_on": False}
    assert refused_on(jobs_services.register_job, trajectory=trajectory, by=by, **facts) == "stage_goes_on"
    assert not Job.objects.exists()


def test_register_job_may_stop_what_is_not_there(by, trajectory):
    facts = {"started_on": TODAY, "employer_name": "Hotel De Kade", "stage_goes_on": False}
    assert jobs_services.register_job(trajectory=trajectory, by=by, **facts).ended_on is None


def test_job_before_the_enrolment_is_kept(by, trajectory):
    facts = {"started_on": date(2020, 1, 1), "employer_name": "Hotel De Kade"}
    assert jobs_services.register_job(trajectory=trajectory, by=by, **facts).started_on == date(2020, 1, 1)


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        (TOMORROW, "overig", "on"),
        (date(2024, 2, 29), "overig", "on"),
        (TODAY, "onbekend", "reason"),
    ],
)
def test_end_job_refuses(by, on, reason, field):
    assert refused_on(jobs_services.end_job, job=JobFactory(), on=on, reason=reason, by=by) == field


def test_end_job_refuses_twice(by):
    job = JobFactory(ended_on=date(2025, 1, 1))
    assert refused_on(jobs_services.end_job, job=job, on=TODAY, reason="overig", by=by) is None


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"started_on": TODAY + timedelta(days=366)}, "started_on"),
        ({"ended_on": TOMORROW, "end_reason": "overig"}, "ended_on"),
        ({"ended_on": date(2024, 2, 29), "end_reason": "overig"}, "ended_on"),
        ({"employer_name": ""}, "employer_name"),
    ],
)
def test_correct_job_refuses(by, facts, field):
    assert refused_on(jobs_services.correct_job, job=JobFactory(), by=by, **facts) == field


def test_correct_job_refuses_a_start_after_the_trajectory(by, ended):
    job = JobFactory(trajectory=ended)
    assert refused_on(jobs_services.correct_job, job=job, by=by, started_on=date(2025, 1, 1)) == "started_on"


def test_correct_job_refuses_an_end_without_reason(by):
    with pytest.raises(ValidationError):
        jobs_services.correct_job(job=JobFactory(), by=by, ended_on=TODAY)


@pytest.mark.parametrize(("choice", "field"), [("stage", "stage"), ("end", "trajectory_reason")])
def test_next_step_after_a_job_needs_its_answer(by, choice, field):
    job = JobFactory()
    ending = {"job": job, "on": TODAY, "reason": "overig", "what_next": choice, "by": by}
    assert refused_on(jobs_services.end_job_and_go_on, **ending) == field
    job.refresh_from_db()
    assert job.ended_on is None


# Contacts and employers


@pytest.mark.parametrize(
    ("call", "row", "argument", "unchanged"),
    [
        (journey_services.correct_trajectory, TrajectoryFactory, "trajectory", {"kind": "ips"}),
        (journey_services.correct_stage, StagePeriodFactory, "period", {"stage": "inloop"}),
        (jobs_services.correct_job, JobFactory, "job", {"occupation": ""}),
        (contacts_services.correct_contact, ContactFactory, "contact", {"minutes": 30}),
    ],
)
def test_correcting_nothing_records_nothing(by, call, row, argument, unchanged):
    call(**{argument: row()}, by=by, **unchanged)
    assert not AuditEvent.objects.exists()


def test_moving_leaves_one_open_stage(by, trajectory):
    for day, stage in ((1, "inloop"), (5, "begeleid_werk"), (9, "dagbesteding"), (13, "inloop")):
        journey_services.move_to_stage(trajectory=trajectory, stage=stage, on=date(2026, 1, day), by=by)
    assert [(p.stage, p.ended_on) for p in StagePeriod.objects.order_by("started_on")] == [
        ("inloop", date(2026, 1, 4)),
        ("begeleid_werk", date(2026, 1, 8)),
        ("dagbesteding", date(2026, 1, 12)),
        ("inloop", None),
    ]

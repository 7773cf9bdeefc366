"""What the database refuses about the journey, and what it says."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from tests.factories import (
    ContactFactory,
    EmployerFactory,
    JobFactory,
    StagePeriodFactory,
    TrajectoryFactory,
)
from trajectories.models import Stage

pytestmark = pytest.mark.django_db

BROKEN = [
    (TrajectoryFactory, "trajectory_kind_known", {"kind": "wmo"}),
    (
        TrajectoryFactory,
        "trajectory_ends_after_enrolment",
        {"enrolled_on": date(2024, 2, 2), "ended_on": date(2024, 2, 1), "end_reason": "overig"},
    ),
    (TrajectoryFactory, "trajectory_ended_has_reason", {"ended_on": date(2024, 2, 1), "end_reason": ""}),
    (TrajectoryFactory, "trajectory_ended_has_reason", {"ended_on": None, "end_reason": "overig"}),
    (TrajectoryFactory, "trajectory_hours_not_negative", {"hours_worked_at_enrolment": -1}),
    (StagePeriodFactory, "stage_is_recorded_kind", {"stage": Stage.BETAALDE_BAAN}),
    (
        StagePeriodFactory,
        "stage_ends_after_start",
        {"started_on": date(2024, 2, 2), "ended_on": date(2024, 2, 1)},
    ),
    (
        JobFactory,
        "job_ends_after_start",
        {"started_on": date(2024, 2, 2), "ended_on": date(2024, 2, 1), "end_reason": "overig"},
    ),
    (JobFactory, "job_ended_has_reason", {"ended_on": date(2024, 4, 1), "end_reason": ""}),
    (JobFactory, "job_ended_has_reason", {"ended_on": None, "end_reason": "overig"}),
    (JobFactory, "job_hours_not_negative", {"hours_per_week": -1}),
    (ContactFactory, "contact_kind_known", {"kind": "koffie"}),
    (ContactFactory, "contact_within_a_day", {"minutes": 1441}),
]


@pytest.mark.parametrize(("factory", "constraint", "values"), BROKEN)
def test_constraint_bites_and_explains_itself(factory, constraint, values):
    row = factory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)
    assert explains(row, constraint)


def test_two_open_trajectories_of_a_kind_are_impossible():
    first = TrajectoryFactory()
    with pytest.raises(IntegrityError, match="one_open_trajectory_per_kind"), transaction.atomic():
        TrajectoryFactory(client=first.client)
    second = TrajectoryFactory.build(client=first.client, team=first.team)
    assert explains(second, "one_open_trajectory_per_kind")


def test_trajectories_of_a_kind_may_follow_each_other():
    first = TrajectoryFactory(ended=True)
    assert TrajectoryFactory(client=first.client, enrolled_on=date(2024, 12, 31))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2024, 1, 31), None),
        (date(2023, 1, 1), date(2024, 1, 1)),
        (date(2024, 1, 10), date(2024, 1, 10)),
        (date(2023, 1, 1), None),
    ],
)
def test_overlapping_stages_are_impossible(start, end):
    first = StagePeriodFactory(
        trajectory__enrolled_on=date(2023, 1, 1), started_on=date(2024, 1, 1), ended_on=date(2024, 1, 31)
    )
    with pytest.raises(IntegrityError, match="stages_do_not_overlap"), transaction.atomic():
        StagePeriodFactory(trajectory=first.trajectory, started_on=start, ended_on=end)
    second = StagePeriodFactory.build(trajectory=first.trajectory, started_on=start, ended_on=end)
    assert explains(second, "stages_do_not_overlap")


def test_stages_may_touch_and_overlap_between_trajectories():
    first = StagePeriodFactory(ended_on=date(2024, 1, 31))
    assert StagePeriodFactory(trajectory=first.trajectory, started_on=date(2024, 2, 1))
    assert StagePeriodFactory(trajectory=TrajectoryFactory(client=first.trajectory.client, mss=True))


def test_an_employer_has_a_name_in_one_place():
    EmployerFactory(name="Hotel De Kade", municipality="Assen")
    with pytest.raises(IntegrityError, match="employer_name_unique"), transaction.atomic():
        EmployerFactory(name="Hotel De Kade", municipality="Assen")
    assert explains(EmployerFactory.build(name="Hotel De Kade", municipality="Assen"), "employer_name_unique")


def test_job_may_not_start_after_its_trajectory_ended():
    trajectory = TrajectoryFactory(ended=True)  # on 31 December 2024
    assert JobFactory(trajectory=trajectory, started_on=date(2024, 12, 31))
    with pytest.raises(IntegrityError, match="starts after its trajectory"), transaction.atomic():
        JobFactory(trajectory=trajectory, started_on=date(2025, 1, 1))


def test_trajectory_may_not_end_before_a_job_starts():
    job = JobFactory(started_on=date(2024, 3, 1))
    ending = {"ended_on": date(2024, 2, 29), "end_reason": "overig"}
    with pytest.raises(IntegrityError, match="starts after this trajectory"), transaction.atomic():
        type(job.trajectory).objects.filter(pk=job.trajectory_id).update(**ending)


def test_job_may_not_be_moved_past_the_end():
    job = JobFactory(trajectory=TrajectoryFactory(ended=True), started_on=date(2024, 12, 1))
    with pytest.raises(IntegrityError, match="starts after its trajectory"), transaction.atomic():
        type(job).objects.filter(pk=job.pk).update(started_on=date(2025, 1, 1))


def explains(row: models.Model, constraint: str) -> bool:
    """Whether validation refuses the row with the sentence of this constraint."""
    message = next(c.violation_error_message for c in row._meta.constraints if c.name == constraint)
    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()
    return str(message) in refusal.value.messages

"""Start, describe and end trajectories."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.numbers import next_number
from ipsplatform.common.periods import refuse_end_before_start, refuse_future
from staff.models import User
from staff.services import audit
from trajectories.models import Trajectory, TrajectoryEndReason

FACT_DATES = ("referred_on", "enrolled_on", "approved_on", "job_search_started_on", "ended_on")


class TrajectoryFacts(TypedDict, total=False):
    """What may be known at the start beside kind and first day; what is left out is unknown."""

    funder: str
    target_group: str
    referred_on: date | None
    approved_on: date | None
    job_search_started_on: date | None
    hours_worked_at_enrolment: Decimal | int
    wish: str
    next_step: str


@transaction.atomic
def start_trajectory(
    *, client: Client, kind: str, enrolled_on: date, by: User, **facts: Unpack[TrajectoryFacts]
) -> Trajectory:
    """Enrol a client. Nothing about the client is a condition: nobody is excluded (seed 001).

    Raises RuleError for a date in the future or a referral after the enrolment, ValidationError
    when the client already has an open trajectory of this kind.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    trajectory = Trajectory(
        trajectory_number=next_number(prefix="T", taken=Trajectory.objects.all(), field="trajectory_number"),
        client=client,
        team=client.team,
        kind=kind,
        enrolled_on=enrolled_on,
        **facts,
    )
    _refuse_wrong_dates(trajectory)
    trajectory.full_clean()
    trajectory.save()
    audit.record(by=by, action="trajectory_started", target=trajectory)
    return trajectory


@transaction.atomic
def correct_trajectory(*, trajectory: Trajectory, by: User, **facts: object) -> Trajectory:
    """Change facts or texts of a trajectory; what stood there is kept in the audit line.

    Raises RuleError for a date in the future, an end before the enrolment or before a job or stage
    starts, ValidationError when the database would refuse.
    """
    trajectory = Trajectory.objects.select_for_update(of=("self",)).get(pk=trajectory.pk)
    changes = audit.differences(trajectory, **facts)
    if not changes:
        return trajectory
    for field, value in facts.items():
        setattr(trajectory, field, value)
    _refuse_wrong_dates(trajectory)
    if trajectory.ended_on is not None:
        _refuse_later_rows(trajectory, trajectory.ended_on, field="ended_on")
    trajectory.full_clean()
    trajectory.save(update_fields=list(facts))
    audit.record(by=by, action="trajectory_corrected", target=trajectory, changes=changes)
    return trajectory


@transaction.atomic
def end_trajectory(*, trajectory: Trajectory, on: date, reason: str, by: User) -> Trajectory:
    """Close an open trajectory and the stage that is still open. Ending twice is refused.

    Jobs go on: a job may outlast its trajectory. Raises RuleError when it has ended already, for a
    day in the future or before the enrolment, and when a job or stage starts after that day.
    """
    trajectory = Trajectory.objects.select_for_update(of=("self",)).get(pk=trajectory.pk)
    if not trajectory.is_open:
        raise RuleError(_("This trajectory has already ended."))
    refuse_future(on, field="on")
    refuse_end_before_start(started_on=trajectory.enrolled_on, ended_on=on, field="on")
    if reason == TrajectoryEndReason.ONBEKEND:
        raise RuleError(_("Choose why the trajectory ends."), field="reason")
    _refuse_later_rows(trajectory, on, field="on")
    trajectory.stage_periods.open().update(ended_on=on)
    trajectory.ended_on, trajectory.end_reason = on, reason
    trajectory.full_clean()
    trajectory.save(update_fields=["ended_on", "end_reason"])
    audit.record(by=by, action="trajectory_ended", target=trajectory)
    return trajectory


def _refuse_later_rows(trajectory: Trajectory, on: date, *, field: str) -> None:
    later_job = trajectory.jobs.filter(started_on__gt=on).first()
    if later_job is not None:
        raise RuleError(
            _("A job starts on %(day)s, after this day. Correct that job or choose a later day.")
            % {"day": later_job.started_on.strftime("%d-%m-%Y")},
            field=field,
        )
    later_stage = trajectory.stage_periods.filter(started_on__gt=on).first()
    if later_stage is not None:
        raise RuleError(
            _("A stage starts on %(day)s, after this day. Correct that stage or choose a later day.")
            % {"day": later_stage.started_on.strftime("%d-%m-%Y")},
            field=field,
        )


def _refuse_wrong_dates(trajectory: Trajectory) -> None:
    for field in FACT_DATES:
        refuse_future(getattr(trajectory, field), field=field)
    if trajectory.enrolled_on:
        refuse_end_before_start(
            started_on=trajectory.enrolled_on, ended_on=trajectory.ended_on, field="ended_on"
        )
    if trajectory.referred_on and trajectory.enrolled_on and trajectory.referred_on > trajectory.enrolled_on:
        raise RuleError(_("The referral lies after the enrolment."), field="referred_on")

"""Start, describe and end trajectories, and move through their stages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.following.services import end_following
from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.numbers import next_number
from ipsplatform.common.periods import in_digits, refuse_end_before_start, refuse_future
from staff.audit import services as audit
from staff.models import AuditEvent, User
from trajectories.journey.containment import refuse_outside_life, refuse_outside_trajectory
from trajectories.models import StageAction, StagePeriod, Trajectory, TrajectoryAction, TrajectoryEndReason

FACT_DATES = ("referred_on", "enrolled_on", "approved_on", "job_search_started_on", "ended_on")


class TrajectoryFacts(TypedDict, total=False):
    """What may be known at the start besides kind and first day; what is left out is unknown."""

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
    if client.is_deceased:
        raise RuleError(_("This client has died."))
    trajectory = Trajectory(
        trajectory_number=next_number(prefix="T", taken=Trajectory.objects.all(), field="trajectory_number"),
        client=client,
        team=client.team,
        kind=kind,
        enrolled_on=enrolled_on,
        **facts,
    )
    _refuse_wrong_dates(trajectory)
    return audit.save(trajectory, by=by, action=TrajectoryAction.STARTED)


def correct_trajectory(*, trajectory: Trajectory, by: User, **facts: object) -> Trajectory:
    """Change facts or texts of a trajectory; the earlier values are kept in the audit line.

    Raises RuleError for a date in the future, an end before the enrolment or before a job or stage
    starts, ValidationError when the database would refuse.
    """
    return audit.correct(
        target=trajectory, action=TrajectoryAction.CORRECTED, by=by, facts=facts, check=_refuse_corrected
    )


def _refuse_corrected(trajectory: Trajectory) -> None:
    _refuse_wrong_dates(trajectory)
    first = trajectory.stage_periods.order_by("started_on").first()
    if first is not None and first.started_on < trajectory.enrolled_on:
        text = _("A stage begins on %(day)s, before this day. Correct that stage first.")
        raise RuleError(text % {"day": in_digits(first.started_on)}, field="enrolled_on")
    if trajectory.ended_on is not None:
        _refuse_later_rows(trajectory, trajectory.ended_on, field="ended_on")


class Followers(TextChoices):
    """What becomes of the people who follow the client when the last trajectory ends."""

    STOP = "stop", gettext_lazy("They stop too")
    STAY = "stay", gettext_lazy("They keep in touch")


@transaction.atomic
def end_trajectory(
    *, trajectory: Trajectory, on: date, reason: str, by: User, followers: str = Followers.STAY
) -> Trajectory:
    """Close an open trajectory and the stage that is still open. Ending twice is refused.

    Jobs go on: a job may outlast its trajectory. When it was the last one that ran, everybody stops following
    the client with it, today at the earliest, unless `followers` stay. Raises RuleError when it has ended
    already, for a day in the future or before the enrolment, and when a job or stage starts after that day.
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
    ended = audit.save(trajectory, by=by, action=TrajectoryAction.ENDED, fields=["ended_on", "end_reason"])
    if followers == Followers.STOP and not Trajectory.objects.filter(client=ended.client_id).open().exists():
        end_following(client=ended.client, on=max(on, timezone.localdate()), by=by)
    return ended


def _refuse_later_rows(trajectory: Trajectory, on: date, *, field: str) -> None:
    later_job = trajectory.jobs.filter(started_on__gt=on).first()
    if later_job is not None:
        raise RuleError(
            _("A job starts on %(day)s, after this day. Correct that job or choose a later day.")
            % {"day": in_digits(later_job.started_on)},
            field=field,
        )
    later_stage = trajectory.stage_periods.filter(started_on__gt=on).first()
    if later_stage is not None:
        raise RuleError(
            _("A stage starts on %(day)s, after this day. Correct that stage or choose a later day.")
            % {"day": in_digits(later_stage.started_on)},
            field=field,
        )
    longer_stage = trajectory.stage_periods.filter(ended_on__gt=on).first()
    if longer_stage is not None and longer_stage.ended_on is not None:
        raise RuleError(
            _("A stage ends on %(day)s, after this day. Correct that stage or choose a later day.")
            % {"day": in_digits(longer_stage.ended_on)},
            field=field,
        )


def _refuse_wrong_dates(trajectory: Trajectory) -> None:
    for field in FACT_DATES:
        refuse_future(getattr(trajectory, field), field=field)
    if trajectory.enrolled_on:
        refuse_end_before_start(
            started_on=trajectory.enrolled_on, ended_on=trajectory.ended_on, field="ended_on"
        )
    refuse_late_referral(trajectory)
    refuse_outside_life(trajectory, trajectory.client)


def refuse_late_referral(trajectory: Trajectory) -> None:
    """Raise RuleError when somebody would be referred after the enrolment."""
    if trajectory.referred_on and trajectory.enrolled_on and trajectory.referred_on > trajectory.enrolled_on:
        raise RuleError(_("The referral is after the enrolment."), field="referred_on")


@transaction.atomic
def move_to_stage(
    *, trajectory: Trajectory, stage: str, on: date, by: User, reason: str = "", client_words: str = ""
) -> StagePeriod:
    """Let the client take part in `stage` from day `on`; the open period ends the day before.

    Raises RuleError for an ended trajectory, a day on which it can't be, and the stage of this moment.
    """
    trajectory = Trajectory.objects.select_for_update(of=("self",)).get(pk=trajectory.pk)
    _refuse_outside_trajectory(trajectory, on)
    current = trajectory.stage_periods.open().select_for_update().first()
    if current is not None:
        _close_before(current, stage=stage, on=on)
    period = StagePeriod(
        trajectory=trajectory,
        stage=stage,
        started_on=on,
        reason=reason,
        client_words=client_words,
        recorded_by=by,
    )
    period.full_clean()
    period.save()
    left = {"stage": [current.stage, stage]} if current else {}
    audit.record(by=by, action=StageAction.MOVED, target=period, changes=left)
    return period


@transaction.atomic
def undo_stage_move(*, period: StagePeriod, by: User) -> StagePeriod | None:
    """Undo the last move on the day it was made: `period` goes, and the stage that it ended is open again.

    Returns that stage, or None when the client was in none. What is undone stays in the history.
    Raises RuleError from the day after, and when something recorded since depends on the move.
    """
    trajectory = Trajectory.objects.select_for_update(of=("self",)).get(pk=period.trajectory_id)
    last = trajectory.stage_periods.select_for_update().filter(pk=period.pk).first()
    if last is None:
        raise RuleError(_("This move was already undone."))
    move = AuditEvent.objects.filter(target_id=last.public_id, action=StageAction.MOVED).first()
    _refuse_built_upon(trajectory, last, move)
    before = _ended_by(move, trajectory, last) if move else None
    audit.record(by=by, action=StageAction.MOVE_UNDONE, target=last)
    last.delete()
    if before is not None:
        before.ended_on = None
        before.full_clean()
        before.save(update_fields=["ended_on"])
    return before


@transaction.atomic
def end_stage(*, period: StagePeriod, on: date, by: User) -> StagePeriod:
    """End a stage on day `on`, with no other one following.

    Raises RuleError when it has ended already, for a day in the future and for an end before the start.
    """
    period = audit.locked(period)
    if period.ended_on is not None:
        raise RuleError(_("This stage has already ended."))
    refuse_future(on, field="on")
    refuse_end_before_start(started_on=period.started_on, ended_on=on, field="on")
    period.ended_on = on
    return audit.save(period, by=by, action=StageAction.ENDED, fields=["ended_on"])


def correct_stage(*, period: StagePeriod, by: User, **facts: object) -> StagePeriod:
    """Correct a recorded stage; the earlier values are kept in the audit line.

    Raises RuleError for a day in the future, an end before the start and an open stage in an ended
    trajectory, ValidationError when periods would overlap.
    """
    return audit.correct(
        target=period, action=StageAction.CORRECTED, by=by, facts=facts, check=_refuse_corrected_stage
    )


def _refuse_corrected_stage(period: StagePeriod) -> None:
    refuse_future(period.started_on, field="started_on")
    refuse_future(period.ended_on, field="ended_on")
    refuse_end_before_start(started_on=period.started_on, ended_on=period.ended_on, field="ended_on")
    trajectory = period.trajectory
    refuse_outside_trajectory(
        started_on=period.started_on, ended_on=period.ended_on,
        enrolled_on=trajectory.enrolled_on, last_day=trajectory.ended_on,
    )  # fmt: skip


def _refuse_outside_trajectory(trajectory: Trajectory, on: date) -> None:
    if not trajectory.is_open:
        raise RuleError(_("This trajectory has ended. Start a new one first."))
    refuse_future(on, field="on")
    refuse_end_before_start(started_on=trajectory.enrolled_on, ended_on=on, field="on")


def _close_before(current: StagePeriod, *, stage: str, on: date) -> None:
    if current.stage == stage:
        raise RuleError(
            _("The client has been in this stage since %(day)s.") % {"day": in_digits(current.started_on)},
            field="stage",
        )
    if on <= current.started_on:
        raise RuleError(
            _("The present stage began on %(day)s. Choose a later day, or correct that stage.")
            % {"day": in_digits(current.started_on)},
            field="on",
        )
    current.ended_on = on - timedelta(days=1)
    current.full_clean()
    current.save(update_fields=["ended_on"])


def _refuse_built_upon(trajectory: Trajectory, period: StagePeriod, move: AuditEvent | None) -> None:
    if not trajectory.is_open:
        raise RuleError(_("The trajectory has ended since, so this move stays."))
    if period.ended_on is not None:  # by hand, by a later move or for a job
        raise RuleError(_("This stage has ended since. Correct the stages one by one."))
    if trajectory.jobs.filter(created_at__gt=period.recorded_at).exists():
        raise RuleError(_("A job was registered since. Correct the stages one by one."))
    if AuditEvent.objects.filter(target_id=period.public_id, action=StageAction.CORRECTED).exists():
        raise RuleError(_("This stage was corrected since. Correct the stages one by one."))
    if move is None or timezone.localdate(move.at) != timezone.localdate():
        raise RuleError(_("A move can be undone on the day itself. Correct this stage instead."))


def _ended_by(move: AuditEvent, trajectory: Trajectory, period: StagePeriod) -> StagePeriod | None:
    """The stage that was open until this move; it has to lie as the move left it."""
    if "stage" not in move.changes:
        return None
    day_before = period.started_on - timedelta(days=1)
    before = trajectory.stage_periods.select_for_update().filter(ended_on=day_before).first()
    if before is None or before.stage != move.changes["stage"][0]:
        raise RuleError(_("The stage before it was corrected since. Correct the stages one by one."))
    return before

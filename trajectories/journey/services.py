"""Start, describe and end trajectories, and move through their stages."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.following.services import end_following
from clients.models import Client
from ipsplatform.common.declared import BECAUSE
from ipsplatform.common.errors import RuleError
from ipsplatform.common.numbers import next_number
from ipsplatform.common.periods import in_digits, refuse_end_before_start, refuse_future
from staff.audit import services as audit
from staff.models import User
from trajectories.journey import containment
from trajectories.journey.approval import approval_ends_on, refuse_wrong_approval
from trajectories.models import StageAction, StagePeriod, Trajectory, TrajectoryAction, TrajectoryEndReason

FACT_DATES = ("referred_on", "enrolled_on", "approved_on", "job_search_started_on", "ended_on")


class TrajectoryFacts(TypedDict, total=False):
    """What may be known at the start besides kind and first day; what is left out is unknown."""

    funder: str
    target_group: str
    referred_on: date | None
    approved_on: date | None
    approved_until: date | None
    job_search_started_on: date | None
    hours_worked_at_enrolment: Decimal | int
    wish: str
    next_step: str


@transaction.atomic
def start_trajectory(
    *, client: Client, kind: str, enrolled_on: date, by: User, **facts: Unpack[TrajectoryFacts]
) -> Trajectory:
    """Enrol a client. Nothing about the client is a condition: nobody is excluded (seed 001).

    An approval without a last day gets that of its target group. Raises RuleError for a date in the future, a
    referral after the enrolment or an approval that lasts too long, ValidationError when the client already
    has an open trajectory of this kind.
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
    trajectory.approved_until = trajectory.approved_until or approval_ends_on(trajectory)
    _refuse_wrong_dates(trajectory)
    return audit.save(trajectory, by=by, action=TrajectoryAction.STARTED)


def correct_trajectory(*, trajectory: Trajectory, by: User, **facts: object) -> Trajectory:
    """Change facts or texts of a trajectory; the earlier values are kept in the audit line.

    Raises RuleError for a date in the future, an end before the enrolment or before a job or stage
    starts, a death that is not recorded, ValidationError when the database would refuse.
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
        if Trajectory.objects.get(pk=trajectory.pk).end_reason != trajectory.end_reason:
            _refuse_unrecorded_death(trajectory, trajectory.end_reason, field="end_reason")


def _refuse_unrecorded_death(trajectory: Trajectory, reason: str, *, field: str) -> None:
    """A death is recorded with its day and who told it, and more ends with it (ADR 47)."""
    if reason == TrajectoryEndReason.OVERLEDEN and trajectory.client.died_on is None:
        raise RuleError(_("Record that the client has died: this trajectory ends with it."), field=field)


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
    already, for a day in the future or before the enrolment, when a job or stage starts after that day, and
    by the death of a client when that is not recorded.
    """
    _refuse_unrecorded_death(trajectory, reason, field="reason")
    trajectory = Trajectory.objects.select_for_update(of=("self",)).get(pk=trajectory.pk)
    if not trajectory.is_open:
        raise RuleError(_("This trajectory has already ended."))
    refuse_future(on, field="on")
    refuse_end_before_start(started_on=trajectory.enrolled_on, ended_on=on, field="on")
    if reason == TrajectoryEndReason.ONBEKEND:
        raise RuleError(_("Choose why the trajectory ends."), field="reason")
    _refuse_later_rows(trajectory, on, field="on")
    for period in trajectory.stage_periods.open().select_for_update(of=("self",)):
        _end_on(period, on)
    trajectory.ended_on, trajectory.end_reason = on, reason
    ended = audit.save(trajectory, by=by, action=TrajectoryAction.ENDED, fields=["ended_on", "end_reason"])
    if followers == Followers.STOP and not Trajectory.objects.filter(client=ended.client_id).open().exists():
        end_following(client=ended.client, on=max(on, timezone.localdate()), by=by)
    return ended


@transaction.atomic
def reopen_trajectory(
    *, trajectory: Trajectory, reason: str, by: User, stage_goes_on: bool = False
) -> Trajectory:
    """Let a trajectory go on that was ended by mistake, as if it had not ended.

    With `stage_goes_on` so does the stage that ended on the same day. Raises RuleError for one that runs,
    ValidationError when the client has another open trajectory of this kind.
    """
    trajectory = audit.locked(trajectory)
    if trajectory.is_open:
        raise RuleError(_("This trajectory is running."))
    period = stage_ended_with(trajectory)
    changes = audit.differences(trajectory, ended_on=None, end_reason="") | {BECAUSE: ["", reason]}
    trajectory.ended_on, trajectory.end_reason = None, ""
    fields = ["ended_on", "end_reason"]
    audit.save(trajectory, by=by, action=TrajectoryAction.REOPENED, fields=fields, changes=changes)
    if stage_goes_on and period is not None:
        _end_on(period, None)
    return trajectory


def stage_ended_with(trajectory: Trajectory) -> StagePeriod | None:
    """The last stage of a trajectory, when it ended on the same day."""
    last = trajectory.stage_periods.order_by("-started_on", "-pk").first()
    return last if last is not None and last.ended_on == trajectory.ended_on else None


@transaction.atomic
def withdraw_trajectory(*, trajectory: Trajectory, reason: str, by: User) -> None:
    """Take back a trajectory that was started by mistake; the log and the history keep it.

    Raises RuleError while it has stages or jobs: each of them is withdrawn first.
    """
    trajectory = audit.locked(trajectory)
    if trajectory.stage_periods.exists() or trajectory.jobs.exists():
        raise RuleError(_("Stages or jobs belong to this trajectory. Withdraw those first, or end it."))
    audit.withdraw(trajectory, reason=reason, by=by)


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
    containment.refuse_late_referral(trajectory)
    refuse_wrong_approval(trajectory)
    containment.refuse_outside_life(trajectory, trajectory.client)


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
    left = {"stage": [current.stage, stage]} if current else {}
    return audit.save(period, by=by, action=StageAction.MOVED, changes=left)


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


@transaction.atomic
def withdraw_stage(*, period: StagePeriod, reason: str, by: User, before_goes_on: bool = False) -> None:
    """Take back a stage that was recorded by mistake; the log and the history keep it.

    With `before_goes_on` the stage that ended the day before lasts as long as this one did.
    """
    trajectory = audit.locked(period.trajectory)
    period = audit.locked(period)
    before = stage_before(period)
    audit.withdraw(period, reason=reason, by=by)
    if before_goes_on and before is not None:
        changes = audit.differences(before, ended_on=period.ended_on)
        before.trajectory, before.ended_on = trajectory, period.ended_on
        audit.save(before, by=by, action=StageAction.CORRECTED, fields=["ended_on"], changes=changes)


def stage_before(period: StagePeriod) -> StagePeriod | None:
    """The stage of the same trajectory that ended the day before this one began."""
    return period.trajectory.stage_periods.filter(ended_on=period.started_on - timedelta(days=1)).first()


@transaction.atomic
def add_stage(
    *,
    trajectory: Trajectory,
    stage: str,
    started_on: date,
    ended_on: date | None,
    others: Mapping[uuid.UUID, tuple[date, date | None]],
    by: User,
    reason: str = "",
    client_words: str = "",
) -> StagePeriod:
    """Put in a stage that was forgotten, and move the `others` of the trajectory to the days that they get.

    Raises RuleError for a day outside the trajectory, an end before its start, and stages that would overlap.
    """
    trajectory = audit.locked(trajectory)
    period = StagePeriod(
        trajectory=trajectory, stage=stage, started_on=started_on, ended_on=ended_on, recorded_by=by,
        reason=reason, client_words=client_words,
    )  # fmt: skip
    there = list(trajectory.stage_periods.select_for_update(of=("self",)))
    for one in there:
        one.started_on, one.ended_on = others.get(one.public_id, (one.started_on, one.ended_on))
    for one in (period, *there):
        _refuse_days_of(one, trajectory)
    _refuse_overlap([period, *there])
    for one in _without_collision(there):
        days = {"started_on": one.started_on, "ended_on": one.ended_on}
        correct_stage(period=one, by=by, **days)
    return audit.save(period, by=by, action=StageAction.ADDED)


def _refuse_days_of(period: StagePeriod, trajectory: Trajectory) -> None:
    for field in ("started_on", "ended_on"):
        refuse_future(getattr(period, field), field=field)
    refuse_end_before_start(started_on=period.started_on, ended_on=period.ended_on, field="ended_on")
    refuse_end_before_start(started_on=trajectory.enrolled_on, ended_on=period.started_on, field="started_on")
    if trajectory.ended_on and (period.ended_on is None or period.ended_on > trajectory.ended_on):
        raise RuleError(
            _("The trajectory ended on %(day)s: a stage ends on that day at the latest.")
            % {"day": in_digits(trajectory.ended_on)},
            field="ended_on",
        )


def _refuse_overlap(periods: list[StagePeriod]) -> None:
    in_order = sorted(periods, key=lambda one: one.started_on)
    for one, following in pairwise(in_order):
        if one.ended_on is None or one.ended_on >= following.started_on:
            raise RuleError(
                _("%(one)s and %(other)s would overlap. Let one end before the other begins.")
                % {"one": one.get_stage_display(), "other": following.get_stage_display()}
            )


def _without_collision(moved: list[StagePeriod]) -> list[StagePeriod]:
    """In an order in which none gets days that another still holds. Raises RuleError when there is none."""
    there = StagePeriod.objects.in_bulk([one.pk for one in moved]).values()
    stored = {one.pk: (one.started_on, one.ended_on or date.max) for one in there}
    left, ordered = list(moved), []
    while left:
        free = next((one for one in left if not _collides(one, stored)), None)
        if free is None:
            raise RuleError(_("These stages change places. Correct them one by one."))
        left.remove(free)
        ordered.append(free)
        stored[free.pk] = (free.started_on, free.ended_on or date.max)
    return ordered


def _collides(one: StagePeriod, stored: Mapping[int, tuple[date, date]]) -> bool:
    others = (days for pk, days in stored.items() if pk != one.pk)
    return any(first <= (one.ended_on or date.max) and last >= one.started_on for first, last in others)


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
    containment.refuse_outside_trajectory(
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
    _end_on(current, on - timedelta(days=1))


def _end_on(period: StagePeriod, day: date | None) -> None:
    """Of a change that another one brings along; None lets the stage go on."""
    period.ended_on = day
    period.full_clean()
    period.save(update_fields=["ended_on"])
    audit.touch(period)

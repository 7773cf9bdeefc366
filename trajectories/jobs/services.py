"""Paid work: register, end and correct jobs. Nothing blocks a paid job (seed 001)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.errors import RuleError
from ipsplatform.common.identity import plain_name
from ipsplatform.common.numbers import next_number
from ipsplatform.common.periods import in_digits, refuse_end_before_start, refuse_future
from staff.audit import services as audit
from staff.models import User
from trajectories.choosing.selectors import employers_named
from trajectories.disclosure.services import choose_disclosure
from trajectories.employers.services import find_or_create_employer
from trajectories.journey.services import (
    Followers,
    correct_stage,
    correct_trajectory,
    end_trajectory,
    move_to_stage,
)
from trajectories.models import AfterSupport, Job, JobAction, JobEndReason, Trajectory

AGREED_AHEAD = timedelta(days=365)
LOOKS_THE_SAME = timedelta(days=31)  # two people remember the first working day a little differently


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAnswer:
    """What becomes of one open job when the support ends, with `on` and `reason` of one that ended."""

    job: Job
    becomes: str
    on: date | None = None
    reason: str = ""


class JobFacts(TypedDict, total=False):
    """What may be known of a job besides its employer and first day; what is left out is unknown."""

    occupation: str
    hours_per_week: Decimal | None
    contract: str
    open_to_anyone: bool | None
    regular_wage: bool | None
    regular_employer: bool | None


@transaction.atomic
def register_job(
    *,
    trajectory: Trajectory,
    employer_name: str,
    started_on: date,
    by: User,
    stage_goes_on: bool = True,
    employer_may_know: bool | None = None,
    public_id: uuid.UUID | None = None,
    is_another: bool = False,
    **facts: Unpack[JobFacts],
) -> Job:
    """Register a job, also one that starts soon. The client is in `betaalde_baan` while it runs.

    Without `stage_goes_on` an open stage ends the day before; `employer_may_know` is None when not asked.
    Twice with one `public_id` is one job. Raises RuleError for a start over a year ahead or after the end of
    the trajectory, and for a likely double unless it `is_another`.
    """
    trajectory = Trajectory.objects.select_for_update(of=("self",)).get(pk=trajectory.pk)
    if public_id and (known := trajectory.jobs.filter(public_id=public_id).first()):
        return known
    _refuse_new(trajectory, started_on, "" if is_another else employer_name)
    job = Job(trajectory=trajectory, started_on=started_on, **facts)
    job.employer = find_or_create_employer(name=employer_name, by=by)
    _save_new(job, public_id, by)
    if not stage_goes_on:
        _close_open_stage(trajectory, before=started_on)
    if (may_know := employer_may_know) is not None:
        choose_disclosure(client=trajectory.client, employer_name=employer_name, may_know=may_know, by=by)
    return job


def _save_new(job: Job, public_id: uuid.UUID | None, by: User) -> None:
    job.public_id = public_id or uuid.uuid4()
    job.job_number = next_number(prefix="B", taken=Job.objects.all(), field="job_number")
    audit.save(job, by=by, action=JobAction.REGISTERED)


@transaction.atomic
def end_job(*, job: Job, on: date, reason: str, by: User) -> Job:
    """End a running job on its last working day `on`. Ending twice is refused.

    Raises RuleError for a day in the future or before the start.
    """
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.ended_on is not None:
        raise RuleError(_("This job has already ended."))
    refuse_future(on, field="on")
    refuse_end_before_start(started_on=job.started_on, ended_on=on, field="on")
    if reason == JobEndReason.ONBEKEND:
        raise RuleError(reason_is_missing(), field="reason")
    job.ended_on, job.end_reason = on, reason
    return audit.save(job, by=by, action=JobAction.ENDED, fields=["ended_on", "end_reason"])


@transaction.atomic
def end_trajectory_and_jobs(
    *,
    trajectory: Trajectory,
    on: date,
    reason: str,
    by: User,
    followers: str = Followers.STAY,
    jobs: Sequence[JobAnswer] = (),
) -> Trajectory:
    """End a trajectory, with what becomes of each job that is still open: ended, going on, or unknown.

    What nobody knows stays open, and the log says that it was asked. Raises RuleError for an open job without
    an answer, for an ended one without day or reason, and as `end_trajectory` and `end_job` do.
    """
    answers = {answer.job.pk: answer for answer in jobs}
    for job in open_jobs(trajectory).filter(started_on__lte=on):
        answer = answers.get(job.pk)
        if answer is None or not answer.becomes:
            raise RuleError(_("Say what becomes of this job."), field=becomes_name(job))
        _settle(job, answer, by=by)
    return end_trajectory(trajectory=trajectory, on=on, reason=reason, followers=followers, by=by)


def open_jobs(trajectory: Trajectory) -> QuerySet[Job]:
    """The jobs of a trajectory without an end, with their employer, the earliest first."""
    return trajectory.jobs.filter(ended_on=None).select_related("employer").order_by("started_on", "pk")


def day_is_missing() -> str:
    """Of a job that ended with the support."""
    return _("Say on which day the job ended.")


def reason_is_missing() -> str:
    """Of a job that ended with the support."""
    return _("Choose why the job ended.")


def becomes_name(job: Job, part: str = "becomes") -> str:
    """The field of a form in which is asked what becomes of `job`, or its `ended_on` or `end_reason`."""
    return f"{part}-{job.public_id.hex}"


def _settle(job: Job, answer: JobAnswer, *, by: User) -> None:
    if answer.becomes != AfterSupport.ENDED:
        told = {"after_support": [None, answer.becomes]}
        audit.record(by=by, action=JobAction.ASKED_ABOUT, target=job, changes=told)
        return
    if answer.on is None:
        raise RuleError(day_is_missing(), field=becomes_name(job, "ended_on"))
    if not answer.reason:
        raise RuleError(reason_is_missing(), field=becomes_name(job, "end_reason"))
    try:
        end_job(job=job, on=answer.on, reason=answer.reason, by=by)
    except RuleError as error:
        part = {"on": "ended_on", "reason": "end_reason"}.get(error.field or "", "becomes")
        raise RuleError(str(error), field=becomes_name(job, part)) from error


@transaction.atomic
def call_off_job(*, job: Job, why: str, by: User) -> Trajectory:
    """An agreed job that did not come about: it is no job and no placement; what was agreed stays in the
    history. A stage that was to stop for it goes on.

    Raises RuleError when it has gone already, and for a job that has ended: somebody worked there.
    """
    job = audit.locked(job)
    if job.ended_on is not None:
        raise RuleError(_("This job has ended, so it did come about. Correct it when it is wrong."))
    trajectory = job.trajectory
    stopped = trajectory.stage_periods.filter(ended_on=job.started_on - timedelta(days=1)).first()
    later = trajectory.stage_periods.filter(started_on__gte=job.started_on)
    if stopped is not None and trajectory.is_open and not later.exists():
        correct_stage(period=stopped, ended_on=None, by=by)
    audit.record(by=by, action=JobAction.CALLED_OFF, target=job, changes={"why": [None, why]})
    job.delete()
    return trajectory


@transaction.atomic
def correct_job(*, job: Job, by: User, employer_name: str | None = None, **facts: object) -> Job:
    """Correct facts of a job; the earlier values are kept in the audit line.

    Raises RuleError for an end in the future or before the start, and for a start after the end
    of the trajectory.
    """
    if employer_name is not None:
        facts["employer"] = find_or_create_employer(name=employer_name, by=by, now=job.employer)
    return audit.correct(target=job, action=JobAction.CORRECTED, by=by, facts=facts, check=_refuse_corrected)


@transaction.atomic
def withdraw_job(*, job: Job, reason: str, by: User) -> None:
    """Take back a job that was registered by mistake; the log and the history keep it."""
    audit.withdraw(audit.locked(job), reason=reason, by=by)


def _refuse_double(trajectory: Trajectory, employer_name: str, started_on: date) -> None:
    near = (started_on - LOOKS_THE_SAME, started_on + LOOKS_THE_SAME)
    employers = employers_named(plain_name(employer_name)).values("pk")
    same = trajectory.jobs.filter(started_on__range=near, employer__in=employers)
    found = same.select_related("employer").first()
    if found is not None:
        text = _("A job at %(employer)s from %(day)s is registered already. Is this another one?")
        facts = {"employer": found.employer.name, "day": in_digits(found.started_on)}
        raise RuleError(text % facts, field="is_another")


def _refuse_corrected(job: Job) -> None:
    _refuse_start(job.trajectory, job.started_on)
    refuse_future(job.ended_on, field="ended_on")
    refuse_end_before_start(started_on=job.started_on, ended_on=job.ended_on, field="ended_on")


def refuse_far_ahead(started_on: date) -> None:
    """Raise RuleError for a first working day that nobody agrees so early (ADR 4)."""
    if started_on > timezone.localdate() + AGREED_AHEAD:
        raise RuleError(_("This start is more than a year ahead."), field="started_on")


def _refuse_new(trajectory: Trajectory, started_on: date, employer_name: str) -> None:
    """The second is asked for an employer with a name only."""
    _refuse_start(trajectory, started_on)
    if employer_name:
        _refuse_double(trajectory, employer_name, started_on)


def _refuse_start(trajectory: Trajectory, started_on: date) -> None:
    refuse_far_ahead(started_on)
    if trajectory.ended_on is not None and started_on > trajectory.ended_on:
        raise RuleError(
            _("The trajectory ended on %(day)s. Start a new trajectory for this job.")
            % {"day": in_digits(trajectory.ended_on)},
            field="started_on",
        )


def _close_open_stage(trajectory: Trajectory, *, before: date) -> None:
    period = trajectory.stage_periods.open().select_for_update().first()
    if period is None:
        return
    last_day = before - timedelta(days=1)
    if period.started_on > last_day:
        raise RuleError(
            _("The current stage began on %(day)s. Let it continue alongside the job, or correct that stage.")
            % {"day": in_digits(period.started_on)},
            field="stage_goes_on",
        )
    period.ended_on = last_day
    period.full_clean()
    period.save(update_fields=["ended_on"])
    audit.touch(period)


class AfterJob(TextChoices):
    """What the user is asked when a job ends (domain.md, section 4)."""

    STAY = "stay", gettext_lazy("Nothing changes")
    STAGE = "stage", gettext_lazy("Move to a stage")
    SEARCH = "search", gettext_lazy("Look for work again")
    JOB = "job", gettext_lazy("Another job: I register it next")
    END = "end", gettext_lazy("The trajectory ends")


@transaction.atomic
def end_job_and_go_on(
    *,
    job: Job,
    on: date,
    reason: str,
    by: User,
    what_next: str = AfterJob.STAY,
    stage: str = "",
    trajectory_reason: str = "",
    followers: str | None = None,
    jobs: Sequence[JobAnswer] = (),
) -> Job:
    """End a job and do what comes next; a refusal of either undoes both.

    The next stage begins the day after, or today when the job ends today. Raises RuleError when a choice
    lacks its stage, reason or what becomes of the `followers` (None: not asked), and as what is called does.
    """
    job = end_job(job=job, on=on, reason=reason, by=by)
    trajectory = job.trajectory
    next_day = min(on + timedelta(days=1), timezone.localdate())
    if what_next == AfterJob.STAGE:
        if not stage:
            raise RuleError(_("Choose the stage to which the client moves."), field="stage")
        move_to_stage(trajectory=trajectory, stage=stage, on=next_day, by=by)
    elif what_next == AfterJob.SEARCH:
        correct_trajectory(trajectory=trajectory, job_search_started_on=next_day, by=by)
    elif what_next == AfterJob.END:
        _end_support(trajectory, on=on, reason=trajectory_reason, by=by, followers=followers, jobs=jobs)
    return job


def _end_support(
    trajectory: Trajectory,
    *,
    on: date,
    reason: str,
    by: User,
    followers: str | None,
    jobs: Sequence[JobAnswer],
) -> None:
    _refuse_unanswered(reason, followers)
    stay_or_stop = followers or Followers.STAY
    end_trajectory_and_jobs(
        trajectory=trajectory, on=on, reason=reason, followers=stay_or_stop, jobs=jobs, by=by
    )


def _refuse_unanswered(reason: str, followers: str | None) -> None:
    if not reason:
        raise RuleError(_("Choose why the trajectory ends."), field="trajectory_reason")
    if followers == "":
        raise RuleError(_("Choose what becomes of the people who follow the client."), field="followers")

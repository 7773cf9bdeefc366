"""A client has died: the file says so from that day, and what ran ends with it (ADR 47)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.following.services import end_following
from clients.models import Client, ClientAction
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import in_digits, refuse_future
from staff.audit import services as audit
from staff.models import User
from trajectories.jobs.services import end_job
from trajectories.journey.services import Followers, correct_stage, correct_trajectory, end_trajectory
from trajectories.models import AFTER_DEATH, Contact, Job, JobEndReason, TrajectoryEndReason


@transaction.atomic
def record_death(*, client: Client, on: date, told_by: str, by: User) -> Client:
    """Record that `client` died on day `on`; trajectories, stages and jobs end on it, assignments today.

    The figures until that day stay as they are. Raises RuleError when it was recorded already, for a day in
    the future, and when something is recorded that begins after it.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if client.died_on is not None:
        raise RuleError(_("This was recorded already."))
    refuse_future(on, field="on")
    _refuse_what_came_later(client, on)
    # Known from here on, and saved last: an undo takes it back first, and then reopens what ended.
    client.died_on, client.death_told_by = on, told_by
    for job in Job.objects.filter(trajectory__client=client).not_ended_before(on).order_by("pk"):
        if job.ended_on is None:
            end_job(job=job, on=on, reason=JobEndReason.OVERIG, by=by)
    for trajectory in client.trajectories.open().order_by("pk"):
        end_trajectory(
            trajectory=trajectory,
            on=on,
            reason=TrajectoryEndReason.OVERLEDEN,
            by=by,
            followers=Followers.STAY,
        )
    end_following(client=client, on=timezone.localdate(), by=by)
    return audit.save(
        client, by=by, action=ClientAction.DEATH_RECORDED, fields=["died_on", "death_told_by"],
        changes={"died_on": [None, on.isoformat()]},
    )  # fmt: skip


@transaction.atomic
def take_back_death(*, client: Client, by: User) -> Client:
    """It was a mistake: the trajectories that ended by it run again, with the stage that was open.

    Who followed is assigned again by the team lead, and a job that ended with it is corrected: it may have
    ended on that day. Raises RuleError when nothing is recorded, and when relatives were cared for since.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if client.died_on is None:
        raise RuleError(_("This was taken back already."))
    if Contact.objects.filter(client=client, kind=AFTER_DEATH).exists():
        raise RuleError(_("There is a contact with relatives. Correct that contact first."))
    died_on, client.died_on, client.death_told_by = client.died_on, None, ""
    client = audit.save(
        client, by=by, action=ClientAction.DEATH_TAKEN_BACK, fields=["died_on", "death_told_by"],
        changes={"died_on": [died_on.isoformat(), None]},
    )  # fmt: skip
    ended = client.trajectories.filter(ended_on=died_on, end_reason=TrajectoryEndReason.OVERLEDEN)
    for trajectory in ended.order_by("pk"):
        correct_trajectory(trajectory=trajectory, by=by, ended_on=None, end_reason="")
        for period in trajectory.stage_periods.filter(ended_on=died_on):
            correct_stage(period=period, by=by, ended_on=None)
    return client


def _refuse_what_came_later(client: Client, on: date) -> None:
    """Raise RuleError when the file holds something of after that day, with the first of it."""
    if client.birth_date and on < client.birth_date:
        raise RuleError(_("The date of death is before the date of birth."), field="on")
    for trajectory in client.trajectories.all():
        latest = max(trajectory.enrolled_on, trajectory.ended_on or trajectory.enrolled_on)
        if latest > on:
            raise _later(
                _("A trajectory began or ended on %(day)s, after this day. Correct it first."), latest
            )
    later_job = (
        Job.objects.filter(trajectory__client=client, started_on__gt=on).order_by("started_on").first()
    )
    if later_job is not None:
        raise _later(_("A job starts on %(day)s, after this day. Take it back first."), later_job.started_on)
    contact = Contact.objects.filter(client=client, occurred_at__date__gt=on).order_by("occurred_at").first()
    if contact is not None:
        day = timezone.localtime(contact.occurred_at).date()
        raise _later(_("A contact was written about %(day)s, after this day. Correct it first."), day)


def _later(text: str, day: date) -> RuleError:
    return RuleError(text % {"day": in_digits(day)}, field="on")

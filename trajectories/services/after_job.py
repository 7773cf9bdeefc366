"""What comes after a job: the end of the job and the next step, in one go or not at all."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.errors import RuleError
from staff.models import User
from trajectories.models import Job
from trajectories.services.job import end_job
from trajectories.services.stage import move_to_stage
from trajectories.services.trajectory import correct_trajectory, end_trajectory


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
) -> Job:
    """End a job and do what comes next; a refusal of either undoes both.

    The next stage begins the day after, or today when the job ends today. Raises RuleError when a
    choice lacks its stage or reason, and as `end_job`, `move_to_stage` and `end_trajectory` do.
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
        if not trajectory_reason:
            raise RuleError(_("Choose why the trajectory ends."), field="trajectory_reason")
        end_trajectory(trajectory=trajectory, on=on, reason=trajectory_reason, by=by)
    return job

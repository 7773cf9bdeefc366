"""What all tabs of a client's file share, and the facts of each tab."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.periods import runs_on
from staff.models import User
from trajectories.journey.selectors import ClientRows
from trajectories.models import Contact, Job, StagePeriod
from trajectories.signals.selectors import threshold

RUNNING, COMING, ENDED = "running", "coming", "ended"


def file_clients(user: User) -> QuerySet[Client]:
    """Visible clients with their team, the counts behind the tabs, and when job search is late."""
    contacts = Contact.objects.filter(client=OuterRef("pk")).order_by().values("client")
    jobs = Job.objects.filter(trajectory__client=OuterRef("pk")).order_by().values("trajectory__client")
    return (
        Client.objects.visible_to(user)
        .select_related("team")
        .annotate(
            contact_count=Coalesce(Subquery(contacts.annotate(number=Count("pk")).values("number")), 0),
            job_count=Coalesce(Subquery(jobs.annotate(number=Count("pk")).values("number")), 0),
            no_employer_days=threshold("no_employer_days", team=OuterRef("team")),
        )
    )


def stages_of_each(rows: ClientRows) -> dict[int, list[StagePeriod]]:
    """The stages of each trajectory by its primary key, newest first."""
    stages: dict[int, list[StagePeriod]] = {trajectory.pk: [] for trajectory in rows.trajectories}
    for period in reversed(rows.stages):
        stages[period.trajectory_id].append(period)
    return stages


def jobs_by_state(client: Client) -> dict[str, list[Job]]:
    """All jobs: running, coming and ended, of each the latest first. One statement."""
    jobs = (
        Job.objects.filter(trajectory__client=client)
        .select_related("employer", "trajectory")
        .order_by("-started_on", "-pk")
    )
    groups: dict[str, list[Job]] = {RUNNING: [], COMING: [], ENDED: []}
    for job in jobs:
        groups[_job_state(job)].append(job)
    return groups


def _job_state(job: Job) -> str:
    today = timezone.localdate()
    if job.started_on > today:
        return COMING
    return RUNNING if runs_on(today, started_on=job.started_on, ended_on=job.ended_on) else ENDED

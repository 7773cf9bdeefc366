"""What all tabs of a client's file share, and the facts of each tab."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from clients.models import Client
from ipsplatform.common.durations import period_in_words
from ipsplatform.common.periods import runs_on
from staff.models import User
from trajectories.caseload.selectors import CaseloadRow, caseload_facts, caseload_rows
from trajectories.models import Contact, Job, StagePeriod, Trajectory


@dataclass(frozen=True, slots=True)
class StageLine:
    period: StagePeriod
    length: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class TrajectoryBlock:
    """One trajectory with its stages, newest first."""

    trajectory: Trajectory
    length: str
    stages: list[StageLine]


@dataclass(frozen=True, slots=True)
class JobLine:
    job: Job
    state: str
    length: str


RUNNING, COMING, ENDED = "running", "coming", "ended"


def file_clients(user: User) -> QuerySet[Client]:
    """Visible clients with their team and the counts behind the tabs."""
    contacts = Contact.objects.filter(client=OuterRef("pk")).order_by().values("client")
    jobs = Job.objects.filter(trajectory__client=OuterRef("pk")).order_by().values("trajectory__client")
    return (
        Client.objects.visible_to(user)
        .select_related("team")
        .annotate(
            contact_count=Coalesce(Subquery(contacts.annotate(number=Count("pk")).values("number")), 0),
            job_count=Coalesce(Subquery(jobs.annotate(number=Count("pk")).values("number")), 0),
        )
    )


def caseload_row(*, client: Client, user: User) -> CaseloadRow:
    """A visible client as the caseload shows it: stage, clocks and signals, by the same rules."""
    return caseload_rows(facts=caseload_facts([client], timezone.localdate()), user=user)[0]


def trajectory_blocks(trajectories: list[Trajectory]) -> list[TrajectoryBlock]:
    """Each trajectory with the history of its stages. One statement."""
    periods = (
        StagePeriod.objects.filter(trajectory__in=trajectories)
        .select_related("recorded_by")
        .order_by("-started_on", "-pk")
    )
    by_trajectory: dict[int, list[StageLine]] = {trajectory.pk: [] for trajectory in trajectories}
    for period in periods:
        by_trajectory[period.trajectory_id].append(_stage_line(period))
    return [
        TrajectoryBlock(
            trajectory=trajectory,
            length=_length(trajectory.enrolled_on, trajectory.ended_on),
            stages=by_trajectory[trajectory.pk],
        )
        for trajectory in trajectories
    ]


def job_lines(client: Client) -> list[JobLine]:
    """All jobs: running, then coming, then ended; the latest first. One statement."""
    jobs = (
        Job.objects.filter(trajectory__client=client)
        .select_related("employer", "trajectory")
        .order_by("-started_on", "-pk")
    )
    lines = [JobLine(job, _job_state(job), _length(job.started_on, job.ended_on)) for job in jobs]
    return sorted(lines, key=lambda line: (RUNNING, COMING, ENDED).index(line.state))


def _stage_line(period: StagePeriod) -> StageLine:
    return StageLine(
        period=period,
        length=_length(period.started_on, period.ended_on),
        is_open=period.ended_on is None,
    )


def _job_state(job: Job) -> str:
    today = timezone.localdate()
    if job.started_on > today:
        return COMING
    return RUNNING if runs_on(today, started_on=job.started_on, ended_on=job.ended_on) else ENDED


def _length(started_on: date, ended_on: date | None) -> str:
    """How long so far; empty for what has yet to start."""
    last_day = min(ended_on or timezone.localdate(), timezone.localdate())
    return "" if last_day < started_on else period_in_words(started_on, last_day)

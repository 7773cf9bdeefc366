"""Jobs of a team's clients that begin or ended around today."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from clients.models import Client
from staff.models import Team, User
from trajectories.models import Job

STARTS_WITHIN_DAYS = 7
ENDED_WITHIN_DAYS = 14


@dataclass(frozen=True, slots=True)
class JobAround:
    """A job with its client, and the day that it is about."""

    client: Client
    employer: str
    occupation: str
    on: date


def jobs_around(*, team: Team, user: User, day: date) -> tuple[list[JobAround], list[JobAround]]:
    """Regular jobs that begin within seven days, and those that ended in the last two weeks, latest first."""
    first, last = day - timedelta(days=ENDED_WITHIN_DAYS), day + timedelta(days=STARTS_WITHIN_DAYS)
    jobs = list(
        Job.objects.visible_to(user)
        .competitive()
        .filter(
            Q(started_on__range=(day, last)) | Q(ended_on__range=(first, day)), trajectory__client__team=team
        )
        .select_related("trajectory__client", "employer")
        .order_by("started_on", "pk")
    )
    starting = [_around(job, job.started_on) for job in jobs if day <= job.started_on <= last]
    ended = [_around(job, job.ended_on) for job in jobs if job.ended_on and first <= job.ended_on <= day]
    return starting, sorted(ended, key=lambda line: line.on, reverse=True)


def _around(job: Job, on: date) -> JobAround:
    return JobAround(
        client=job.trajectory.client, employer=job.employer.name, occupation=job.occupation, on=on
    )

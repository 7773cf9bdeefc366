"""Jobs of a team's clients that begin or ended around today."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from clients.models import Client
from staff.models import Team, User
from trajectories.models import Job

STARTS_WITHIN_DAYS = 7
ENDED_WITHIN_DAYS = 14


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job with its client, and the day that it is about."""

    client: Client
    employer: str
    occupation: str
    on: date


def starting_jobs(*, team: Team, user: User, day: date) -> list[JobLine]:
    """Regular jobs that begin today or within seven days."""
    jobs = _jobs(team, user).filter(started_on__range=(day, day + timedelta(days=STARTS_WITHIN_DAYS)))
    return [_line(job, job.started_on) for job in jobs.order_by("started_on", "pk")]


def ended_jobs(*, team: Team, user: User, day: date) -> list[JobLine]:
    """Regular jobs that ended in the last two weeks; the latest first."""
    jobs = _jobs(team, user).filter(ended_on__range=(day - timedelta(days=ENDED_WITHIN_DAYS), day))
    return [_line(job, job.ended_on) for job in jobs.order_by("-ended_on", "-pk")]


def _jobs(team: Team, user: User) -> QuerySet[Job]:
    return (
        Job.objects.visible_to(user)
        .competitive()
        .filter(trajectory__client__team=team)
        .select_related("trajectory__client", "employer")
    )


def _line(job: Job, on: date) -> JobLine:
    return JobLine(client=job.trajectory.client, employer=job.employer.name, occupation=job.occupation, on=on)

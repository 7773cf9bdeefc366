"""Jobs of a team's clients that begin or ended around today."""

from datetime import date, timedelta

from django.db.models import Q

from staff.models import Team, User
from trajectories.models import Job

STARTS_WITHIN_DAYS = 7
ENDED_WITHIN_DAYS = 14


def jobs_around(*, team: Team, user: User, day: date) -> tuple[list[Job], list[Job]]:
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
    starting = [job for job in jobs if day <= job.started_on <= last]
    ended = [job for job in jobs if job.ended_on and first <= job.ended_on <= day]
    return starting, sorted(ended, key=lambda job: job.ended_on or day, reverse=True)

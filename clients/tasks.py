"""What the worker does for emergency access and the control of access. Every task may run twice."""

from celery import shared_task
from django.utils import timezone

from clients.services import emergency, weekly_review


@shared_task(time_limit=60)
def send_emergency_notice(access_pk: int) -> None:
    """Mail who must know that a file was opened in an emergency. Sent once."""
    emergency.send_emergency_notice(access_pk=access_pk)


@shared_task
def send_waiting_notices() -> None:
    """Make up for a lost message and for a mail server that was away."""
    emergency.send_waiting_notices()


@shared_task
def review_access() -> None:
    """Look through the access log of the weeks that ended."""
    weekly_review.review_past_weeks(day=timezone.localdate())

"""The weekly review of access. It may run twice."""

from celery import shared_task
from django.utils import timezone

from clients.access_review import services as weekly_review


@shared_task
def review_access() -> None:
    """Look through the access log of the weeks that ended."""
    weekly_review.review_past_weeks(day=timezone.localdate())

"""Assignments end with what they rest on. Every task may run twice."""

from datetime import timedelta

from celery import shared_task

from clients.following import services as following
from ipsplatform.common.periodic import periodic_task
from staff.models import User


@shared_task(time_limit=120)
def end_outlived_of(user_pk: int) -> None:
    """Of one person, right after a change of role or team."""
    following.end_outlived(user=User.objects.get(pk=user_pk), by=None)


@periodic_task(longest_gap=timedelta(hours=6), time_limit=600)
def end_outlived() -> None:
    """Of everybody: a last day has passed, or a message was lost."""
    following.end_outlived(by=None)

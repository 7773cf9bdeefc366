"""The daily mail about signals. Every task may run twice."""

from datetime import timedelta

from celery import shared_task

from ipsplatform.common.periodic import periodic_task
from trajectories.digest import services


@shared_task(time_limit=60)
def send_digest(digest_pk: int) -> None:
    """Mail one person. Sent once a day."""
    services.send_digest(digest_pk=digest_pk)


@periodic_task(longest_gap=timedelta(hours=1))
def send_due_digests() -> None:
    """Everybody whose hour has come, and whoever was missed earlier today."""
    services.send_due_digests()

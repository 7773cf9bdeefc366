"""Notices about who may see more. Every task may run twice."""

from datetime import timedelta

from celery import shared_task

from ipsplatform.common.periodic import periodic_task
from staff.confirming import services as confirming


@shared_task(time_limit=60)
def send_access_change_notices(change_pk: int) -> None:
    """Mail who can confirm, and the person once it was confirmed. Sent once."""
    confirming.send_access_change_notices(change_pk=change_pk)


@periodic_task(longest_gap=timedelta(minutes=15))
def send_waiting_notices() -> None:
    """Recover from a lost message, and from a mail server that was down; keep no password that lapsed."""
    confirming.forget_lapsed_passwords()
    confirming.send_waiting_notices()

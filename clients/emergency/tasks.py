"""Notices of emergency access. Every task may run twice."""

from datetime import timedelta

from celery import shared_task

from clients.emergency import services as emergency
from ipsplatform.common.periodic import periodic_task


@shared_task(time_limit=60)
def send_emergency_notice(access_pk: int) -> None:
    """Mail who must know that a file was opened in an emergency. Sent once."""
    emergency.send_emergency_notice(access_pk=access_pk)


@periodic_task(longest_gap=timedelta(minutes=15))
def send_waiting_notices() -> None:
    """Recover from a lost message, and from a mail server that was down."""
    emergency.send_waiting_notices()

"""Mails about wrong passwords and codes. Every task may run twice."""

from datetime import timedelta

from celery import shared_task

from ipsplatform.common.periodic import periodic_task
from staff.sign_on import services as sign_on


@shared_task(time_limit=60)
def send_sign_in_warning(warning_pk: int) -> None:
    """Tell the person, once."""
    sign_on.send_sign_in_warning(warning_pk=warning_pk)


@periodic_task(longest_gap=timedelta(minutes=15))
def send_waiting_warnings() -> None:
    """Recover from a lost message, and from a mail server that was down."""
    sign_on.send_waiting_warnings()

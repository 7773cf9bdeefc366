"""Mail to members of staff. Every task may run twice."""

from datetime import timedelta

from celery import shared_task

from ipsplatform.common.periodic import periodic_task
from staff.mail import services


@shared_task(time_limit=60)
def send_staff_mail(mail_pk: int) -> None:
    """Send one mail that was asked for. Sent once."""
    services.send_staff_mail(mail_pk=mail_pk)


@periodic_task(longest_gap=timedelta(minutes=15))
def send_waiting_mails() -> None:
    """Recover from a lost message, and from a mail server that was down."""
    services.send_waiting_mails()

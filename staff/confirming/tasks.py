"""Notices about who may see more. Every task may run twice."""

from celery import shared_task

from staff.confirming import services as confirming


@shared_task(time_limit=60)
def send_access_change_notices(change_pk: int) -> None:
    """Mail who can confirm, and the person once it was confirmed. Sent once."""
    confirming.send_access_change_notices(change_pk=change_pk)


@shared_task
def send_waiting_notices() -> None:
    """Recover from a lost message, and from a mail server that was down."""
    confirming.send_waiting_notices()

"""What the worker does for accounts and for the access log. Every task may run twice."""

from celery import shared_task

from staff.models.session import SessionStore
from staff.services import log_partitions, sealing


@shared_task
def make_log_partitions() -> None:
    """Make the coming months of the access log; a month without one would refuse every page."""
    log_partitions.make_log_partitions()


@shared_task
def seal_access_log() -> None:
    """Seal the lines that came since the last time."""
    sealing.seal_lines()


@shared_task
def clear_ended_sessions() -> None:
    """Rows of sessions that nobody can use any more."""
    SessionStore.clear_expired()

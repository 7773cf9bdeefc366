"""Cleaning up of sessions. It may run twice."""

from celery import shared_task

from staff.models.session import SessionStore


@shared_task
def clear_ended_sessions() -> None:
    """Rows of sessions that nobody can use any more."""
    SessionStore.clear_expired()

"""Cleaning up of sessions. It may run twice."""

from datetime import timedelta

from ipsplatform.common.periodic import periodic_task
from staff.models.session import SessionStore


@periodic_task(longest_gap=timedelta(days=7))
def clear_ended_sessions() -> None:
    """Rows of sessions that nobody can use any more."""
    SessionStore.clear_expired()

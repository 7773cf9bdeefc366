"""Months and seals of the access log. Every task may run twice."""

from celery import shared_task

from staff.access_log import partitions as log_partitions
from staff.access_log import sealing


@shared_task
def make_log_partitions() -> None:
    """Make the coming months of the access log; a month without one would refuse every page."""
    log_partitions.make_log_partitions()


@shared_task
def seal_access_log() -> None:
    """Seal the lines written since the last time."""
    sealing.seal_lines()

"""Months and seals of the access log. Every task may run twice."""

from datetime import timedelta

from ipsplatform.common.periodic import periodic_task
from staff.access_log import partitions as log_partitions
from staff.access_log import sealing


@periodic_task(longest_gap=timedelta(days=7))  # it makes twelve months
def make_log_partitions() -> None:
    """Make the coming months of the access log; a month without one would refuse every page."""
    log_partitions.make_log_partitions()


@periodic_task(longest_gap=sealing.SEALED_WITHIN)
def seal_access_log() -> None:
    """Seal the lines written since the last time."""
    sealing.seal_lines()

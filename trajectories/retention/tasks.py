"""Retention and destruction. Every task may run twice, or die half-way."""

from datetime import timedelta

from ipsplatform.common.periodic import periodic_task
from trajectories.retention.services import destruction
from trajectories.retention.services import terms as retention


@periodic_task(longest_gap=timedelta(days=31))
def propose_destructions() -> None:
    """Give files that came to rest their term, and propose those whose term has passed."""
    retention.record_terms()
    retention.propose_destructions()


@periodic_task(longest_gap=timedelta(days=7))
def destroy_due_files() -> None:
    """Destroy what a person approved and nobody withdrew in time."""
    destruction.destroy_due_files()

"""Retention and destruction. Every task may run twice, or die half-way."""

from celery import shared_task

from trajectories.retention.services import destruction
from trajectories.retention.services import terms as retention


@shared_task
def propose_destructions() -> None:
    """Give files that came to rest their term, and propose those whose term has passed."""
    retention.record_terms()
    retention.propose_destructions()


@shared_task
def destroy_due_files() -> None:
    """Destroy what a person approved and nobody withdrew in time."""
    destruction.destroy_due_files()

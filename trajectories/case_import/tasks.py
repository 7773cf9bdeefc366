"""Imports of uploaded files. Every task may run twice, or die half-way."""

from datetime import timedelta

from celery import shared_task

from ipsplatform.common.periodic import periodic_task
from trajectories.case_import import services as import_run


@shared_task(soft_time_limit=1380)
def run_import(run_pk: int) -> None:
    """Import an uploaded zip file. A run that is done, or that another worker does now, is left alone."""
    import_run.perform_import(run_pk=run_pk)


@shared_task(time_limit=60)
def send_release_notice(run_pk: int) -> None:
    """Mail who can release an import that was checked. Sent once."""
    import_run.send_release_notice(run_pk=run_pk)


@periodic_task(longest_gap=timedelta(hours=1))
def take_up_imports() -> None:
    """Recover from a lost message, a killed worker and a file that was left behind."""
    import_run.take_up_imports()

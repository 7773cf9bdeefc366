"""The periodic monitoring. Every task may run twice, or die half-way: the next one recovers."""

from datetime import date, timedelta
from typing import Any

from celery import shared_task
from celery.utils.log import get_task_logger
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from ipsplatform.common.periodic import periodic_task
from reports.models import PeriodKind
from reports.runs import services as monitoring
from reports.runs.periods import Period, missing_periods, previous_period, stored_quarters

logger = get_task_logger(__name__)

RETRIED: dict[str, Any] = {
    "autoretry_for": (OperationalError, InterfaceError),
    "retry_backoff": 5,
    "max_retries": 3,
}


@shared_task(**RETRIED)
def make_run(period_kind: str, period_from: str, period_to: str) -> None:
    """Make the run of a period unless there is one. Whoever computes it already, finishes it."""
    try:
        monitoring.ensure_run(
            period_kind=period_kind,
            period_from=date.fromisoformat(period_from),
            period_to=date.fromisoformat(period_to),
        )
    except monitoring.RunBusyError:
        logger.info("The run of %s – %s is being computed by another process.", period_from, period_to)


@shared_task(**RETRIED)
def renew_run(run_pk: int) -> None:
    """Compute a run that somebody asked for; corrected figures become a new revision."""
    try:
        monitoring.store_requested_run(run_pk=run_pk)
    except monitoring.RunBusyError:
        logger.info("Run %s is being computed by another process.", run_pk)


@shared_task(**RETRIED)
def restate_run(period_kind: str, period_from: str, period_to: str) -> None:
    """Compute a stored period again; it becomes a new revision when its figures moved."""
    try:
        monitoring.store_run(
            period_kind=period_kind,
            period_from=date.fromisoformat(period_from),
            period_to=date.fromisoformat(period_to),
        )
    except monitoring.RunBusyError:
        logger.info("The run of %s – %s is being computed by another process.", period_from, period_to)


@periodic_task(longest_gap=timedelta(days=14), **RETRIED)
def restate_quarters() -> None:
    """Ask for the last four quarters anew: what was corrected since belongs in them."""
    for period in stored_quarters(timezone.localdate()):
        restate_run.delay(period.kind.value, period.period_from.isoformat(), period.period_to.isoformat())


@periodic_task(longest_gap=timedelta(hours=1), **RETRIED)
def take_up_runs() -> None:
    """Recover from a lost message and a killed worker."""
    monitoring.take_up_runs()


@periodic_task(longest_gap=timedelta(days=93), **RETRIED)  # of a quarter; catch_up makes the months too
def make_previous_run(period_kind: str) -> None:
    """Ask for the run of the last month or quarter that has ended."""
    _ask_for(previous_period(PeriodKind(period_kind), timezone.localdate()))


@periodic_task(longest_gap=timedelta(days=1), **RETRIED)
def catch_up() -> None:
    """Ask for every run that is missing, so also for one whose worker died."""
    for period in missing_periods(timezone.localdate()):
        _ask_for(period)


def _ask_for(period: Period) -> None:
    make_run.delay(period.kind.value, period.period_from.isoformat(), period.period_to.isoformat())

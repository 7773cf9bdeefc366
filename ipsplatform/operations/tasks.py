"""Tasks of the installation itself, and what beat does before it begins."""

from datetime import timedelta

from celery.signals import beat_init
from django.conf import settings

from ipsplatform.common.periodic import periodic_task
from ipsplatform.operations import heartbeat
from ipsplatform.operations.retired_tasks import forget_retired_tasks


@periodic_task(longest_gap=timedelta(seconds=settings.BEAT_STALE_SECONDS), time_limit=30)
def write_heartbeat() -> None:
    """Show /health/ready/ that beat asks and a worker works."""
    heartbeat.write()


@beat_init.connect(weak=False)
def _forget_retired_tasks(**_kwargs: object) -> None:
    """Remove old rows before beat reads its schedule."""
    forget_retired_tasks()

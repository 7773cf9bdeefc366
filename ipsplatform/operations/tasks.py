"""Tasks of the installation itself, and what beat does before it begins."""

from celery import shared_task
from celery.signals import beat_init

from ipsplatform.operations import heartbeat
from ipsplatform.operations.retired_tasks import forget_retired_tasks


@shared_task(time_limit=30)
def give_sign_of_life() -> None:
    """Beat asked, a worker did: /health/ready/ sees it."""
    heartbeat.write()


@beat_init.connect(weak=False)
def _forget_retired_tasks(**_kwargs: object) -> None:
    """Beat reads its schedule again after this."""
    forget_retired_tasks()

"""Tasks of the installation itself."""

from celery import shared_task

from ipsplatform import sign_of_life


@shared_task(time_limit=30)
def give_sign_of_life() -> None:
    """Beat asked, a worker did: /health/ready/ sees it."""
    sign_of_life.write()

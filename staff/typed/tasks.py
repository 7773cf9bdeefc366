"""What is kept of typing is thrown away in time. Every task may run twice."""

from datetime import timedelta

from ipsplatform.common.periodic import periodic_task
from staff.typed import services


@periodic_task(longest_gap=timedelta(days=2))
def forget_old_drafts() -> None:
    """Drafts and sent forms that are too old."""
    services.forget_old()

"""The weekly review of access. It may run twice."""

from django.utils import timezone

from clients.access_review import services as weekly_review
from clients.access_review.selectors.lateness import REVIEWED_WITHIN
from ipsplatform.common.periodic import periodic_task


@periodic_task(longest_gap=REVIEWED_WITHIN)
def review_access() -> None:
    """Look through the access log of the weeks that ended."""
    weekly_review.review_past_weeks(day=timezone.localdate())

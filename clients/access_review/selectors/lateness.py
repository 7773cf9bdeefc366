"""Whether the access log is still being searched."""

from datetime import timedelta

from django.utils import timezone

from staff.models import AccessLine, AccessOutcome

TASK = "clients.access_review.tasks.review_access"
REVIEWED_WITHIN = timedelta(days=8)  # each week, and a day to recover


def review_is_late() -> bool:
    """Whether the log goes back further than the review may wait, and no review was finished since.

    The task itself leaves a line when it is done: that beat asked for it is not enough.
    """
    since = timezone.now() - REVIEWED_WITHIN
    lines = AccessLine.objects.order_by()
    done = lines.filter(actor=None, at__gte=since, code=TASK, outcome=AccessOutcome.DONE)
    return lines.filter(at__lt=since).exists() and not done.exists()

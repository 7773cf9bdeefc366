"""The weekly control of access: what the rules find becomes reviews that wait for a verdict."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clients.models import AccessReview, EmergencyAccess
from clients.selectors.review_rules import RULES, Finding, Week, week_before
from clients.services.emergency import ensure_review

WEEKS_LOOKED_BACK = 4  # a week that was missed is made up for


def review_past_weeks(*, day: date) -> int:
    """Look through the whole weeks before `day`; how many reviews were made. Twice is once."""
    made = sum(review_week(week=week_before(day, weeks=weeks)) for weeks in range(1, WEEKS_LOOKED_BACK + 1))
    for access in EmergencyAccess.objects.filter(review=None).select_related("client", "user"):
        ensure_review(access=access)
        made += 1
    return made


@transaction.atomic
def review_week(*, week: Week) -> int:
    """Reviews of one week; what was found before is left alone."""
    reviews = [_review(finding, week) for rule in RULES for finding in rule(week)]
    before = AccessReview.objects.count()
    AccessReview.objects.bulk_create(reviews, ignore_conflicts=True)
    return AccessReview.objects.count() - before


def _review(finding: Finding, week: Week) -> AccessReview:
    return AccessReview(
        rule=finding.rule,
        subject_id=finding.subject_pk,
        client_id=finding.client_id,
        period_from=week.first,
        period_to=week.last,
        line_count=finding.line_count,
        file_count=finding.file_count,
        line_ids=finding.line_ids,
        due_on=timezone.localdate() + timedelta(days=settings.ACCESS_REVIEW_DAYS),
    )

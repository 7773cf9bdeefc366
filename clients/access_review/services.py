"""Reviews of access: what the rules found of a week, and the verdict that closes a review."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.access_review.selectors.review_rules import RULES, Finding, Week, week_before
from clients.emergency.services import end_all_access, ensure_review, one_at_a_time
from clients.models import AccessReview, EmergencyAccess, ReviewAction, Verdict
from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import User


@transaction.atomic
def judge_review(*, review: AccessReview, verdict: str, note: str = "", by: User) -> AccessReview:
    """Close a review. "Not in order" ends emergency access to that file, until somebody lifts the block.

    Raises RuleError for a review that is closed or about oneself, ValidationError without a note where
    there must be one.
    """
    review = AccessReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if not review.is_open:
        raise RuleError(_("This review has been closed already."))
    if review.subject_id == by.pk:
        raise RuleError(_("Nobody judges their own access. Another team lead does."))
    review.verdict, review.note = verdict, note.strip()
    review.judged_by, review.judged_at = by, timezone.now()
    review.full_clean()
    if verdict == Verdict.NOT_IN_ORDER and review.client_id is not None:
        one_at_a_time(user=review.subject, client_id=review.client_id)
        end_all_access(user=review.subject, client_id=review.client_id, by=by)
    review.save(update_fields=["verdict", "note", "judged_by", "judged_at"])
    audit.record(by=by, action=ReviewAction.CLOSED, target=review)
    return review


@transaction.atomic
def lift_block(*, review: AccessReview, by: User) -> AccessReview:
    """Let the person of this review ask for emergency access to that file again.

    Raises RuleError for a review about oneself, and where nothing is blocked.
    """
    review = AccessReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if review.subject_id == by.pk:
        raise RuleError(_("Nobody lifts their own block. Another team lead does."))
    if not review.is_blocking:
        raise RuleError(_("This block was lifted already."))
    review.block_lifted_by, review.block_lifted_at = by, timezone.now()
    fields = ["block_lifted_by", "block_lifted_at"]
    return audit.save(review, by=by, action=ReviewAction.BLOCK_LIFTED, fields=fields)


WEEKS_LOOKED_BACK = 4  # catches up on a missed week


def review_past_weeks(*, day: date) -> int:
    """Look through the whole weeks before `day`; returns how many reviews were made. Idempotent."""
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

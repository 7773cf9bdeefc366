"""The verdict that closes a review of access."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import AccessReview, Verdict
from clients.services.emergency import end_emergency_access
from ipsplatform.common.errors import RuleError
from staff.models import User
from staff.services import audit


@transaction.atomic
def judge_review(*, review: AccessReview, verdict: str, note: str = "", by: User) -> AccessReview:
    """Close a review. "Not in order" ends an emergency access that still runs.

    Raises RuleError for a review that is closed or about oneself, ValidationError without a note where
    there must be one.
    """
    review = AccessReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if not review.is_open:
        raise RuleError(_("This review has been closed already."))
    if review.subject_id == by.pk:
        raise RuleError(_("Nobody judges the own access. Another team lead does."))
    review.verdict, review.note = verdict, note.strip()
    review.judged_by, review.judged_at = by, timezone.now()
    review.full_clean()
    review.save(update_fields=["verdict", "note", "judged_by", "judged_at"])
    if verdict == Verdict.NOT_IN_ORDER and review.emergency_access is not None:
        end_emergency_access(access=review.emergency_access, by=by)
    audit.record(by=by, action="access_review_closed", target=review)
    return review

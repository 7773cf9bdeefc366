"""A worker leaves: the caseload is handed over or parked first, never left behind in silence."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from clients.models import Assignment
from clients.services.assignment import end_assignment
from ipsplatform.common.errors import RuleError
from staff.models import User


def refuse_while_following(*, user: User) -> None:
    """Raise RuleError while `user` follows clients."""
    number = Assignment.objects.filter(user=user).open().values("client").distinct().count()
    if number:
        text = ngettext(
            "%(name)s still follows %(number)s client. "
            "Let the team lead hand that client over, or park the caseload.",
            "%(name)s still follows %(number)s clients. "
            "Let the team lead hand them over, or park the caseload.",
            number,
        )
        raise RuleError(text % {"name": user, "number": number}, field="is_active")


@transaction.atomic
def park_caseload(*, user: User, by: User) -> int:
    """End every assignment of `user` today; the team's page shows the clients until somebody takes over."""
    today = timezone.localdate()
    assignments = Assignment.objects.select_for_update(of=("self",)).filter(user=user).open().order_by("pk")
    for assignment in assignments:
        end_assignment(assignment=assignment, on=max(today, assignment.started_on), by=by)
    return len(assignments)

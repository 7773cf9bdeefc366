"""Who follows whom: assign, end, hand over, and park a caseload when somebody leaves."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.following.selectors import (
    follows_in_team,
    outlived_assignments,
    trajectbegeleider_remains,
)
from clients.models import PRIMARY_ROLE, Assignment, AssignmentAction, Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import refuse_end_before_start
from staff.audit import services as audit
from staff.models import User


@transaction.atomic
def assign(
    *,
    client: Client,
    user: User,
    role: str,
    by: User,
    started_on: date | None = None,
    is_primary: bool | None = None,
) -> Assignment:
    """Let `user` follow `client` in `role` from `started_on` (default today).

    A trajectbegeleider becomes the fixed person unless there is one; `is_primary` overrules that.
    Raises RuleError for somebody who left and for a client who died, ValidationError when the database would
    refuse.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if client.is_deceased:
        raise RuleError(_("This client has died."))
    if not user.is_active:
        raise RuleError(_("%(name)s no longer works here.") % {"name": user}, field="user")
    if is_primary is None:
        is_primary = role == PRIMARY_ROLE and not client.assignments.filter(is_primary=True).open().exists()
    assignment = Assignment(
        client=client,
        user=user,
        role=role,
        is_primary=is_primary,
        started_on=started_on or timezone.localdate(),
    )
    return audit.save(assignment, by=by, action=AssignmentAction.ASSIGNED)


@transaction.atomic
def end_assignment(*, assignment: Assignment, on: date, by: User | None) -> Assignment:
    """End an assignment on day `on`; access ends after that day.

    Raises RuleError when it has ended already, and for an end before the start.
    """
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if assignment.ended_on is not None:
        raise RuleError(_("This assignment has already ended."))
    refuse_end_before_start(started_on=assignment.started_on, ended_on=on, field="on")
    assignment.ended_on = on
    return audit.save(assignment, by=by, action=AssignmentAction.ENDED, fields=["ended_on"])


@transaction.atomic
def hand_over(*, assignment: Assignment, to: User, on: date, by: User) -> Assignment:
    """Let `to` follow the client from day `on`, in the role of `to`; the predecessor until the day before.

    Only another IPS trajectbegeleider succeeds the fixed trajectbegeleider as such. Raises RuleError when
    `to` is the predecessor or has left, when `to` has another profession and no trajectbegeleider would
    remain, and when the assignment starts on `on` or later.
    """
    if to.pk == assignment.user_id:
        raise RuleError(_("%(name)s already follows this client.") % {"name": to}, field="to")
    if assignment.role == PRIMARY_ROLE != to.role and not trajectbegeleider_remains(assignment, on):
        text = _(
            "No IPS trajectbegeleider would remain. Hand over to one, or let %(name)s follow "
            "the client as well."
        )
        raise RuleError(text % {"name": to}, field="to")
    end_assignment(assignment=assignment, on=on - timedelta(days=1), by=by)
    return assign(
        client=assignment.client,
        user=to,
        role=to.role,
        started_on=on,
        is_primary=assignment.is_primary and to.role == PRIMARY_ROLE,
        by=by,
    )


def refuse_while_following(*, user: User) -> None:
    """Raise RuleError while `user` follows clients. How many is told to nobody who may not see them."""
    if Assignment.objects.filter(user=user).open().exists():
        text = _("%(name)s still follows clients. Let the team lead hand them over, or park the caseload.")
        raise RuleError(text % {"name": user}, field="is_active")


@transaction.atomic
def park_caseload(*, user: User, by: User) -> int:
    """End every assignment of `user` today; the team's page shows the clients until somebody takes over."""
    today = timezone.localdate()
    assignments = Assignment.objects.select_for_update(of=("self",)).filter(user=user).open().order_by("pk")
    for assignment in assignments:
        end_assignment(assignment=assignment, on=max(today, assignment.started_on), by=by)
    return len(assignments)


def refuse_left_behind(*, user: User, role: str, teams_left: Iterable[int]) -> None:
    """Raise RuleError while `user` follows clients in another role than `role`, or of one of these teams."""
    in_other_role = Assignment.objects.filter(user=user).exclude(role=role).open()
    if in_other_role.exists() or follows_in_team(user, list(teams_left)):
        text = _("%(name)s still follows clients. Let the team lead hand them over, or park the caseload.")
        raise RuleError(text % {"name": user})


@transaction.atomic
def end_outlived(*, by: User | None, user: User | None = None) -> int:
    """End each assignment whose role or team has ended, of `user` or of everybody; returns how many.

    It ends with the membership, or today when the person has another role now. The team's page shows the
    clients until somebody takes over.
    """
    today = timezone.localdate()
    found = outlived_assignments(today)
    if user is not None:
        found = found.filter(user=user)
    ended = 0
    for outlived in found:
        last_team_day = vars(outlived)["last_team_day"]
        on = today if outlived.role != outlived.user.role else last_team_day or today
        ended += _shorten(outlived, on=max(on, outlived.started_on), by=by)
    return ended


@transaction.atomic
def end_following(*, client: Client, on: date, by: User | None) -> int:
    """End everything that runs or is still to come of who follows `client`; returns how many ended."""
    rows = client.assignments.not_ended_before(on).exclude(ended_on=on).order_by("pk")
    return sum(_shorten(one, on=max(on, one.started_on), by=by) for one in rows)


def _shorten(assignment: Assignment, *, on: date, by: User | None) -> bool:
    """Let it end on day `on`; False when it did meanwhile."""
    assignment = audit.locked(assignment)
    if assignment.ended_on is not None and assignment.ended_on <= on:
        return False
    assignment.ended_on = on
    audit.save(assignment, by=by, action=AssignmentAction.ENDED, fields=["ended_on"])
    return True

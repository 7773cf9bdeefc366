"""Correct what is known of people, memberships and teams; what stood there is kept in the audit line."""

from django.db import models, transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import Team, TeamMembership, User
from staff.services import audit
from staff.services.staff import deactivate_staff_member


@transaction.atomic
def correct_staff_member(*, user: User, by: User, **facts: object) -> User:
    """Correct a person, change the role, close the account or open it again.

    Raises RuleError for one's own role or account: so an administrator always remains.
    """
    if user.pk == by.pk and facts.get("role", by.role) != by.role:
        raise RuleError(_("You can't change your own role. Ask another administrator."), field="role")
    if facts.get("is_active") is False and User.objects.filter(pk=user.pk, is_active=True).exists():
        deactivate_staff_member(user=user, by=by)
    return correct(target=user, action="staff_member_corrected", by=by, facts=facts)


def correct_team(*, team: Team, by: User, **facts: object) -> Team:
    """Correct a team."""
    return correct(target=team, action="team_corrected", by=by, facts=facts)


def correct_membership(*, membership: TeamMembership, by: User, **facts: object) -> TeamMembership:
    """Correct the days or the working time of a membership; access follows the days."""
    return correct(target=membership, action="membership_corrected", by=by, facts=facts)


@transaction.atomic
def correct(*, target: models.Model, action: str, by: User, facts: dict[str, object]) -> models.Model:
    """Lock, compare, change, validate, save, record. Without a difference nothing is written."""
    row = type(target)._base_manager.select_for_update(of=("self",)).get(pk=target.pk)
    changes = audit.differences(row, **facts)
    if not changes:
        return row
    for field, value in facts.items():
        setattr(row, field, value)
    row.full_clean()
    row.save(update_fields=list(facts))
    audit.record(by=by, action=action, target=row, changes=changes)
    return row

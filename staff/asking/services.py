"""Ask a second person to confirm what lets somebody see more, or sign in another way; and withdraw that."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.queue import ask_worker
from staff.asking.selectors import days_in_team, snapshot_of
from staff.asking.texts import summaries
from staff.audit import services as audit
from staff.models import (
    AccessChange,
    AccessChangeAction,
    AccessChangeKind,
    AccessVerdict,
    TeamMembership,
    User,
)
from staff.permissions import opens_more

NOTICE_TASK = "staff.confirming.tasks.send_access_change_notices"


def waits_for_second_person(person: User | None, **facts: object) -> list[str]:
    """Which of these `facts` somebody else confirms before they hold; `person` is None for a new one.

    A role that opens something which the role before did not, an account that opens, and another e-mail
    address: a forgotten password is answered there. A new account waits with any role: whoever made it could
    use it, and give it another role when nobody thinks of how it began.
    """
    waiting = []
    if "role" in facts and (person is None or opens_more(before=person.role, after=str(facts["role"]))):
        waiting.append("role")
    if person is not None and facts.get("is_active") is True and not person.is_active:
        waiting.append("is_active")
    if person is not None and facts.get("email", person.email) != person.email:
        waiting.append("email")
    return waiting


def membership_opens_more(after: TeamMembership, *, before: TeamMembership | None, today: date) -> bool:
    """Whether `after` makes somebody a member on a day, today or later, on which `before` did not."""
    if after.ended_on is not None and after.ended_on < today:
        return False
    if before is None or before.team_id != after.team_id or after.started_on < before.started_on:
        return True
    if before.ended_on is None:
        return False
    return after.ended_on is None or after.ended_on > before.ended_on


@transaction.atomic
def ask_for_access(
    *, person: User, facts: dict[str, object], memberships: list[TeamMembership], reason: str, by: User
) -> AccessChange:
    """Ask that `facts` of a person change and that these memberships hold. They are shown as they will be.

    An account that is to be opened carries its role and e-mail address along, so that they are confirmed too.
    An open request of `by` about one of the same facts is withdrawn; what else that asked goes along in this
    one. Raises RuleError for one's own role and when one of somebody else waits, ValidationError without a
    reason.
    """
    if person.pk == by.pk and facts.get("role", by.role) != by.role:
        raise RuleError(_("You can't change your own role. Ask another administrator."), field="role")
    person = audit.locked(person)
    change = AccessChange(
        kind=AccessChangeKind.ACCESS,
        person=person,
        changes=_differences(person, facts),
        memberships=[_facts_of(membership) for membership in memberships],
        reason=reason,
    )
    for earlier in _withdraw_earlier(change, by=by):
        asked = {name: after for name, (before, after) in earlier.changes.items() if before != after}
        left = [one for one in earlier.memberships if not _keys(one) & _keys(*change.memberships)]
        if reason.strip() and (left or asked.keys() - facts.keys()):
            change.reason = f"{earlier.reason}\n{change.reason}"
        facts = asked | facts
        change.memberships = left + change.memberships
    change.changes = _differences(person, facts)
    change.teams = [UUID(one["team"]) for one in change.memberships]
    return _ask(change, by=by)


@transaction.atomic
def ask_for_password(*, person: User, password: str, reason: str, by: User) -> AccessChange:
    """Ask that `password` signs `person` in once, to choose an own one. It is kept as a hash only.

    It takes the place of one that `by` asked before. Raises RuleError for one's own and when a request of
    somebody else waits, ValidationError for a weak one or without a reason.
    """
    if person.pk == by.pk:
        raise RuleError(_("Change your own password on your own page, not here."))
    validate_password(password, person)
    person = audit.locked(person)
    change = AccessChange(
        kind=AccessChangeKind.PASSWORD, person=person, new_password=make_password(password), reason=reason
    )
    _withdraw_earlier(change, by=by)
    return _ask(change, by=by)


@transaction.atomic
def ask_to_forget_factors(*, person: User, reason: str, by: User) -> AccessChange:
    """Ask that every second factor of `person` is removed, again when `by` asked it before.

    Raises RuleError for one's own, and when a request of somebody else waits.
    """
    if person.pk == by.pk:
        raise RuleError(_("Change your own second factor on your own page, not here."))
    change = AccessChange(kind=AccessChangeKind.FACTORS, person=audit.locked(person), reason=reason)
    _withdraw_earlier(change, by=by)
    return _ask(change, by=by)


@transaction.atomic
def withdraw_access_change(*, change: AccessChange, by: User) -> AccessChange:
    """Take a request back. Raises RuleError when somebody else asked it, or when it is closed."""
    change = audit.locked(change)
    if change.asked_by_id != by.pk:
        raise RuleError(_("Only who asked this can withdraw it."))
    if not change.is_open:
        raise RuleError(_("This request is closed already."))
    change.verdict, change.new_password = AccessVerdict.WITHDRAWN, ""
    change.judged_by, change.judged_at = by, timezone.now()
    return audit.save(change, by=by, action=AccessChangeAction.WITHDRAWN)


def _ask(change: AccessChange, *, by: User) -> AccessChange:
    change.reason = change.reason.strip()
    change.asked_by = by
    change.snapshot = snapshot_of(change.person, teams=change.teams)
    change.expires_at = change.asked_at + timedelta(days=settings.ACCESS_CHANGE_DAYS)
    asked = {"kind": [None, change.kind], "person": [None, str(change.person.public_id)]}
    audit.save(change, by=by, action=AccessChangeAction.ASKED, changes=asked)
    ask_worker(NOTICE_TASK, change.pk)
    return change


def _withdraw_earlier(change: AccessChange, *, by: User) -> list[AccessChange]:
    """Withdraw the open requests of `by` about the same person and fact, for `change` takes their place.

    The person is locked, so that two requests at the same moment know of each other. Raises RuleError when
    one of somebody else waits.
    """
    open_ones = AccessChange.objects.open().filter(person=change.person, kind=change.kind).order_by("pk")
    earlier = [one for one in open_ones.select_related("asked_by") if _is_about_the_same(one, change)]
    for one in earlier:
        if one.asked_by_id != by.pk:
            facts = {"asker": one.asked_by, "name": one.person, "what": summaries([one])[one]}
            raise RuleError(
                _(
                    "%(asker)s asked something for %(name)s that still waits (%(what)s). "
                    "Let that be confirmed or refused first."
                )
                % facts
            )
    return [withdraw_access_change(change=one, by=by) for one in earlier]


def _is_about_the_same(one: AccessChange, other: AccessChange) -> bool:
    """Of one kind and person: a password is a password, of access the same field or team."""
    is_shared = bool(one.changes.keys() & other.changes.keys())
    is_shared |= bool(_keys(*one.memberships) & _keys(*other.memberships))
    return is_shared or one.kind != AccessChangeKind.ACCESS


def _keys(*memberships: dict[str, Any]) -> set[str]:
    """The teams, and the rows of memberships that exist already, by public identifier."""
    return {key for one in memberships for key in (one["team"], one["membership"]) if key}


def _differences(person: User, facts: dict[str, object]) -> dict[str, list[object]]:
    """Each fact as it is and as it will be; an account that opens is confirmed with its role and address."""
    if facts.get("is_active") is True:
        facts = {"role": person.role, "email": person.email} | facts
    return {name: [getattr(person, name), value] for name, value in facts.items()}


def _facts_of(membership: TeamMembership) -> dict[str, Any]:
    """A membership in values that JSON can hold; one that exists already with its identifier and days."""
    before = TeamMembership.objects.select_related("team").filter(pk=membership.pk).first()
    return {
        "was": days_in_team(before) if before else None,
        "membership": str(membership.public_id) if membership.pk else None,
        "team": str(membership.team.public_id),
        "fte": None if membership.fte is None else str(membership.fte),
        "is_trainee": membership.is_trainee,
        "started_on": membership.started_on.isoformat(),
        "ended_on": membership.ended_on.isoformat() if membership.ended_on else None,
    }

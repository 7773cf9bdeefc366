"""Teams, the people who work in them, invitations and corrections."""

from datetime import date
from decimal import Decimal

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import refuse_end_before_start
from ipsplatform.common.queue import ask_worker
from staff.audit import services as audit
from staff.mail.services import ask_mail, can_send_mail
from staff.models import (
    AccessChange,
    AccessVerdict,
    MailKind,
    MembershipAction,
    StaffAction,
    Team,
    TeamAction,
    TeamMembership,
    User,
)
from staff.models.user import plain_address
from staff.sessions.services import end_other_sessions

# Who follows whom stands a floor higher; what rests on a role or a team ends with it (ADR 47).
ENDINGS_TASK = "clients.following.tasks.end_outlived_of"


@transaction.atomic
def create_team(*, code: str, name: str, kind: str, by: User | None, inhabitants: int | None = None) -> Team:
    """Make a FACT team or an MSS area. Raises ValidationError for a code that is taken."""
    team = Team(code=code, name=name, kind=kind, inhabitants=inhabitants)
    return audit.save(team, by=by, action=TeamAction.CREATED)


@transaction.atomic
def create_staff_member(
    *,
    username: str,
    last_name: str,
    role: str,
    by: User | None,
    first_name: str = "",
    name_prefix: str = "",
    email: str = "",
    staff_number: str | None = None,
    password: str | None = None,
    must_change_password: bool = False,
    is_active: bool = True,
) -> User:
    """Make a person with one role, who can sign in once there is a password and the account is open.

    `by` is None for the first person. A password that `by` typed is a line of its own in the log of changes.
    Raises ValidationError for a taken name or number, a weak password.
    """
    user = User(
        username=User.normalize_username(username),
        staff_number=staff_number or None,
        email=plain_address(email), role=role, is_active=is_active,
        must_change_password=must_change_password and password is not None,
        first_name=first_name, name_prefix=name_prefix, last_name=last_name,
    )  # fmt: skip
    _set_password(user, password)
    audit.save(user, by=by, action=StaffAction.CREATED)
    _note_typed(password, user=user, by=by)
    return user


def _note_typed(password: str | None, *, user: User, by: User | None) -> None:
    """Somebody else knows this password; the second person reads that."""
    if password is not None and by is not None:
        audit.record(by=by, action=StaffAction.PASSWORD_SET, target=user)


@transaction.atomic
def join_team(
    *,
    user: User,
    team: Team,
    started_on: date,
    by: User | None,
    fte: Decimal | None = None,
    is_trainee: bool = False,
) -> TeamMembership:
    """Let `user` be a member of `team` from `started_on`; which may lie in the future.

    Raises RuleError for somebody who left, ValidationError for a membership that overlaps another one.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise RuleError(_("%(name)s no longer works here.") % {"name": user}, field="user")
    membership = TeamMembership(user=user, team=team, fte=fte, is_trainee=is_trainee, started_on=started_on)
    return audit.save(membership, by=by, action=MembershipAction.JOINED)


@transaction.atomic
def leave_team(*, membership: TeamMembership, on: date, by: User | None) -> TeamMembership:
    """End a membership on day `on`; access to the team's clients ends after that day.

    Raises RuleError when it has ended already, and for a day before the start.
    """
    membership = TeamMembership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if membership.ended_on is not None:
        raise RuleError(_("This membership has already ended."))
    refuse_end_before_start(started_on=membership.started_on, ended_on=on, field="on")
    membership.ended_on = on
    ask_worker(ENDINGS_TASK, membership.user_id)
    return audit.save(membership, by=by, action=MembershipAction.LEFT, fields=["ended_on"])


@transaction.atomic
def deactivate_staff_member(*, user: User, by: User | None) -> User:
    """Close the account of `user` and end every session.

    Memberships and assignments are ended separately, each on its own day.
    Raises RuleError when that person left already, and for one's own account.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise RuleError(_("%(name)s no longer works here.") % {"name": user}, field="user")
    if by is not None and user.pk == by.pk:
        raise RuleError(_("You can't close your own account. Ask another administrator."), field="user")
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_other_sessions(user=user, kept=None, by=by)
    audit.record(by=by, action=StaffAction.DEACTIVATED, target=user, changes={"is_active": [True, False]})
    return user


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        validate_password(password, user)
    user.set_password(password)


@transaction.atomic
def correct_staff_member(*, user: User, by: User | None, kept: str | None = None, **facts: object) -> User:
    """Correct a person, change the role, close the account or open it again.

    What lets that person see more needs a second person first (ADR 35): the callers see to that. Another
    e-mail address ends every session of that person but the one with the key `kept`. `by` is None for a
    command on the server. Raises RuleError for one's own role or account: so an administrator always
    remains.
    """
    if by is not None and user.pk == by.pk and facts.get("role", by.role) != by.role:
        raise RuleError(_("You can't change your own role. Ask another administrator."), field="role")
    if facts.get("is_active") is False and User.objects.filter(pk=user.pk, is_active=True).exists():
        deactivate_staff_member(user=user, by=by)
    if "email" in facts:
        facts["email"] = plain_address(str(facts["email"]))
    before = audit.locked(user).email
    corrected = audit.correct(target=user, action=StaffAction.CORRECTED, by=by, facts=facts)
    if "role" in facts:
        ask_worker(ENDINGS_TASK, corrected.pk)
    if corrected.email != before:
        move_address(user=corrected, before=before, by=by, kept=kept)
    return corrected


@transaction.atomic
def move_address(*, user: User, before: str, by: User | None, kept: str | None = None) -> None:
    """What follows when `user` has another e-mail address than `before`: one may have lost that mailbox.

    Every session ends but the one with the key `kept`, and both mailboxes are told. Links that were mailed
    to the old one no longer work: the address is part of their key.
    """
    end_other_sessions(user=user, kept=kept, by=by)
    if before:
        ask_mail(kind=MailKind.ADDRESS_TAKEN_AWAY, address=before, user=user)
    if user.email and user.is_active:
        ask_mail(kind=MailKind.ADDRESS_GIVEN, address=user.email, user=user)


def correct_team(*, team: Team, by: User, **facts: object) -> Team:
    """Correct what describes a team; the old values are kept in the audit line."""
    return audit.correct(target=team, action=TeamAction.CORRECTED, by=by, facts=facts)


def correct_membership(*, membership: TeamMembership, by: User | None, **facts: object) -> TeamMembership:
    """Correct the days or the working time of a membership; access follows the days."""
    ask_worker(ENDINGS_TASK, membership.user_id)
    return audit.correct(target=membership, action=MembershipAction.CORRECTED, by=by, facts=facts)


@transaction.atomic
def set_temporary_password(*, user: User, password_hash: str, by: User | None) -> User:
    """Let a password that somebody else typed sign `user` in, to choose an own one; every session ends."""
    user = audit.locked(user)
    user.password, user.must_change_password = password_hash, True
    user.save(update_fields=["password", "must_change_password"])
    audit.record(by=by, action=StaffAction.PASSWORD_SET, target=user)
    end_other_sessions(user=user, kept=None, by=by)
    return user


@transaction.atomic
def remove_password(*, user: User, by: User) -> User:
    """Let no password sign `user` in any more; every session ends, and `user` is told by mail.

    An invitation leads to a new one.
    """
    user = audit.locked(user)
    user.set_unusable_password()
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(by=by, action=StaffAction.PASSWORD_REMOVED, target=user)
    end_other_sessions(user=user, kept=None, by=by)
    if user.email and user.is_active:
        ask_mail(kind=MailKind.PASSWORD_REMOVED, address=user.email, user=user)
    return user


@transaction.atomic
def invite_staff_member(*, user: User, by: User) -> None:
    """Mail `user` a link to choose a password; setting up the second factor follows.

    Who has a password already gets the mail for a new one: an invitation would be puzzling.
    Raises RuleError for somebody who left or has no e-mail address, and without a mail server.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active and AccessChange.objects.open().filter(person=user).exists():
        raise RuleError(_("%(name)s waits for a second person. Invite after that.") % {"name": user})
    if not user.is_active:
        raise RuleError(_("%(name)s no longer works here.") % {"name": user})
    if not user.email:
        raise RuleError(_("%(name)s has no e-mail address here. Fill it in first.") % {"name": user})
    if not can_send_mail():
        raise RuleError(_("There is no mail server here, so no e-mail can be sent."))
    audit.record(by=by, action=StaffAction.INVITED, target=user)
    kind = MailKind.NEW_PASSWORD if user.has_usable_password() else MailKind.INVITATION
    if kind == MailKind.INVITATION:  # it tells that the account is open
        untold = AccessChange.objects.filter(person=user, person_told_at=None)
        untold.filter(verdict=AccessVerdict.CONFIRMED).update(person_told_at=timezone.now())
    ask_mail(kind=kind, address=user.email, user=user)

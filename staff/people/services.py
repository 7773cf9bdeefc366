"""Teams, the people who work in them, invitations and corrections."""

from datetime import date
from decimal import Decimal
from smtplib import SMTPException

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.periods import refuse_end_before_start
from staff.audit import services as audit
from staff.models import AccessChange, MembershipAction, StaffAction, Team, TeamAction, TeamMembership, User
from staff.sessions.services import end_other_sessions


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

    `by` is None for the first person. Raises ValidationError for a taken name or number, a weak password.
    """
    names = {"first_name": first_name, "name_prefix": name_prefix, "last_name": last_name}
    user = User(
        username=User.normalize_username(username),
        staff_number=staff_number or None,
        email=email,
        role=role,
        is_active=is_active,
        must_change_password=must_change_password and password is not None,
        **names,
    )
    _set_password(user, password)
    return audit.save(user, by=by, action=StaffAction.CREATED)


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
def correct_staff_member(*, user: User, by: User | None, **facts: object) -> User:
    """Correct a person, change the role, close the account or open it again.

    What lets that person see more needs a second person first (ADR 35): the callers see to that. `by` is
    None for a command on the server. Raises RuleError for one's own role or account: so an administrator
    always remains.
    """
    if by is not None and user.pk == by.pk and facts.get("role", by.role) != by.role:
        raise RuleError(_("You can't change your own role. Ask another administrator."), field="role")
    if facts.get("is_active") is False and User.objects.filter(pk=user.pk, is_active=True).exists():
        deactivate_staff_member(user=user, by=by)
    return audit.correct(target=user, action=StaffAction.CORRECTED, by=by, facts=facts)


def correct_team(*, team: Team, by: User, **facts: object) -> Team:
    """Correct what describes a team; the old values are kept in the audit line."""
    return audit.correct(target=team, action=TeamAction.CORRECTED, by=by, facts=facts)


def correct_membership(*, membership: TeamMembership, by: User | None, **facts: object) -> TeamMembership:
    """Correct the days or the working time of a membership; access follows the days."""
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
    """Let no password sign `user` in any more; every session ends. An invitation leads to a new one."""
    user = audit.locked(user)
    user.set_unusable_password()
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(by=by, action=StaffAction.PASSWORD_REMOVED, target=user)
    end_other_sessions(user=user, kept=None, by=by)
    return user


@transaction.atomic
def invite_staff_member(*, user: User, by: User, site: str) -> None:
    """Mail `user` a link on `site` to choose a password; setting up the second factor follows.

    Raises RuleError for somebody who left, has no e-mail address, or when the mail can't be sent.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active and AccessChange.objects.open().filter(person=user).exists():
        raise RuleError(_("%(name)s waits for a second person. Invite after that.") % {"name": user})
    if not user.is_active:
        raise RuleError(_("%(name)s no longer works here.") % {"name": user})
    if not user.email:
        raise RuleError(_("%(name)s has no e-mail address here. Fill it in first.") % {"name": user})
    audit.record(by=by, action=StaffAction.INVITED, target=user)
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
    facts = {"name": user.short_name, "username": user.username, "link": _link(user, site), "days": days}
    try:
        send_mail(
            subject=_("Your account for Reis naar werk"),
            message=render_to_string("account/email/invitation.txt", facts),
            from_email=settings.DEFAULT_FROM_EMAIL,
            recipient_list=[user.email],
        )
    except (OSError, SMTPException) as error:
        raise RuleError(_("The e-mail could not be sent. Try again later.")) from error


def _link(user: User, site: str) -> str:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    arguments = {"uidb36": user_pk_to_url_str(user), "key": token}
    return site.rstrip("/") + reverse("account_reset_password_from_key", kwargs=arguments)

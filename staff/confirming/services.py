"""The second person: confirm or refuse what an administrator asked, carry it out, and tell the people."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.errors import RuleError
from ipsplatform.common.notices import send_notice
from ipsplatform.common.queue import ask_worker, overdue_since
from ipsplatform.common.texts import Text
from staff.asking.selectors import asked_of
from staff.asking.services import NOTICE_TASK
from staff.asking.texts import changed_meanwhile
from staff.audit import services as audit
from staff.confirming.selectors import judges_of
from staff.models import (
    AccessChange,
    AccessChangeAction,
    AccessChangeKind,
    AccessVerdict,
    Team,
    TeamMembership,
    User,
)
from staff.models.access_change import AccessChangeQuerySet
from staff.people import services as people
from staff.permissions import can_use_admin
from staff.sign_on.provider import is_on
from staff.sign_on.services import forget_second_factors

JUDGED = [AccessVerdict.CONFIRMED, AccessVerdict.REFUSED]


@transaction.atomic
def confirm_access_change(*, change: AccessChange, by: User | None) -> AccessChange:
    """Let a request hold, in one transaction. `by` is None for the command on the server.

    Raises RuleError for a request that is closed, asked by `by` or about `by`, whose asker left, or whose
    person changed meanwhile; ValidationError when the database refuses what was asked.
    """
    change = _locked(change, by=by)
    if text := obstacle(change):
        raise RuleError(text)
    password_hash = change.new_password
    _close(change, verdict=AccessVerdict.CONFIRMED, note="", by=by)
    if change.kind == AccessChangeKind.PASSWORD:
        people.set_temporary_password(user=change.person, password_hash=password_hash, by=by)
    elif change.kind == AccessChangeKind.FACTORS:
        forget_second_factors(user=change.person, by=by)
    else:
        _change_access(change, by=by)
    ask_worker(NOTICE_TASK, change.pk)
    return change


@transaction.atomic
def refuse_access_change(*, change: AccessChange, note: str, by: User | None) -> AccessChange:
    """Close a request without effect. Raises RuleError as confirming does, and without a note."""
    change = _locked(change, by=by)
    if not note.strip():
        raise RuleError(_("Say why you refuse it, for whoever asked."), field="note")
    ask_worker(NOTICE_TASK, change.pk)
    return _close(change, verdict=AccessVerdict.REFUSED, note=note, by=by)


def judge_access_change(*, change: AccessChange, verdict: str, note: str = "", by: User) -> AccessChange:
    """Confirm or refuse, as the form of the queue says it."""
    if verdict == AccessVerdict.CONFIRMED:
        return confirm_access_change(change=change, by=by)
    return refuse_access_change(change=change, note=note, by=by)


def obstacle(change: AccessChange) -> str:
    """Why an open request can't be confirmed any more; "" when it can."""
    if not can_use_admin(change.asked_by):
        return _("Who asked this no longer works here. Ask it again.")
    if what := overtaken_by(change):
        return _("This request no longer fits. Changed meanwhile: %(what)s. Refuse it.") % {"what": what}
    return ""


def overtaken_by(change: AccessChange) -> str:
    """What changed of the person or the teams since this was asked, in words; "" when it still fits."""
    return changed_meanwhile(asked_of([change])[change])


def needs_invitation(change: AccessChange) -> bool:
    """Whether a confirmed request opened an account with which nobody can sign in yet."""
    is_opened = change.verdict == AccessVerdict.CONFIRMED and "is_active" in change.changes
    return is_opened and not change.person.has_usable_password()


def send_access_change_notices(*, change_pk: int) -> None:
    """Tell the second persons that a request waits, the person and who asked how it ended; each once."""
    _tell_once(change_pk, "judges_told_at", _judges)
    _tell_once(change_pk, "person_told_at", _person)
    _tell_once(change_pk, "asker_told_at", _asker)


def send_waiting_notices() -> None:
    """Request again every notice that was not sent: a lost message, or a mail server that was down."""
    for pk in unsent_notices().values_list("pk", flat=True):
        ask_worker(NOTICE_TASK, pk)


def forget_lapsed_passwords() -> int:
    """Empty the hash of every password that nobody confirmed in time, and return their number. Idempotent."""
    return AccessChange.objects.lapsed().exclude(new_password="").update(new_password="")


def unsent_notices() -> AccessChangeQuerySet:
    """Requests of which somebody should have been told by now."""
    late = overdue_since()
    asked = Q(judges_told_at=None, asked_at__lt=late, expires_at__gt=timezone.now(), verdict="")
    of_person = Q(person_told_at=None, verdict=AccessVerdict.CONFIRMED, judged_at__lt=late)
    if not is_on():  # as in _waits_for_invitation
        of_person &= ~Q(person__password__startswith=UNUSABLE_PASSWORD_PREFIX, person__last_login=None)
    of_asker = Q(asker_told_at=None, verdict__in=JUDGED, judged_at__lt=late)
    return AccessChange.objects.filter(asked | of_person | of_asker)


def _locked(change: AccessChange, *, by: User | None) -> AccessChange:
    """The request and its person, locked in the order of asking, when `by` may be the second person."""
    person = audit.locked(change.person)
    change = audit.locked(change)
    change.person = person
    if not change.is_open:
        raise RuleError(_("This request is closed already."))
    if by is not None and by.pk in (change.asked_by_id, change.person_id):
        raise RuleError(_("Somebody else judges this: not who asked, not the person."))
    return change


def _close(change: AccessChange, *, verdict: AccessVerdict, note: str, by: User | None) -> AccessChange:
    change.verdict, change.note, change.new_password = verdict, note.strip(), ""
    change.judged_by, change.judged_at, change.is_judged_on_server = by, timezone.now(), by is None
    asked = {"asked_by": [None, str(change.asked_by.public_id)]}
    action = AccessChangeAction.CONFIRMED
    if verdict == AccessVerdict.REFUSED:
        action = AccessChangeAction.REFUSED
    return audit.save(change, by=by, action=action, changes=asked)


def _change_access(change: AccessChange, *, by: User | None) -> None:
    """Open the account first: who is not active joins no team."""
    facts = {name: after for name, (_before, after) in change.changes.items()}
    person = people.correct_staff_member(user=change.person, by=by, **facts)
    for asked in change.memberships:
        _change_membership(asked, person=person, by=by)


def _change_membership(asked: dict[str, Any], *, person: User, by: User | None) -> None:
    team = Team.objects.get(public_id=asked["team"])
    facts = {
        "fte": None if asked["fte"] is None else Decimal(asked["fte"]),
        "is_trainee": asked["is_trainee"],
        "started_on": date.fromisoformat(asked["started_on"]),
    }
    ended_on = date.fromisoformat(asked["ended_on"]) if asked["ended_on"] else None
    if asked["membership"] is None:
        joined = people.join_team(user=person, team=team, by=by, **facts)
        if ended_on is not None:
            people.leave_team(membership=joined, on=ended_on, by=by)
        return
    membership = TeamMembership.objects.get(user=person, public_id=asked["membership"])
    people.correct_membership(membership=membership, team=team, ended_on=ended_on, by=by, **facts)


@transaction.atomic
def _tell_once(change_pk: int, told: str, who: Any) -> None:
    change = AccessChange.objects.select_for_update(of=("self",)).get(pk=change_pk)
    if getattr(change, told) is not None:
        return
    found = who(change)
    if found is None:
        return
    recipients, subject, template = found
    facts = {
        "link": settings.SITE_URL + reverse("staff:access_change_detail", args=[change.public_id]),
        "sign_in": settings.SITE_URL + reverse("account_login"),
        "name": change.person.short_name,
        "username": change.person.username,
        "kind": change.kind,
        "is_opened": "is_active" in change.changes,
        "is_password_typed": change.person.must_change_password,
        "is_confirmed": change.verdict == AccessVerdict.CONFIRMED,
        "needs_invitation": needs_invitation(change),
    }
    send_notice(recipients, subject=subject, template=template, **facts)
    setattr(change, told, timezone.now())
    change.save(update_fields=[told])


def _judges(change: AccessChange) -> tuple[list[str], Text, str] | None:
    if not change.is_open:
        return None
    mails = sorted({one.email for one in judges_of(change)} - {""})
    return mails, gettext_lazy("Somebody asks you to confirm access"), "staff/confirming/email/asked.txt"


def _person(change: AccessChange) -> tuple[list[str], Text, str] | None:
    """The person; another address and a removed second factor are told by whoever changes them.

    Everybody whose account opens is told. Who can't sign in yet is told by the invitation; until that comes
    this waits, so that also somebody who gets in by another way is told.
    """
    is_opened, waits = "is_active" in change.changes, _waits_for_invitation(change.person)
    if change.verdict != AccessVerdict.CONFIRMED or (is_opened and waits):
        return None
    of_more = bool(change.memberships or change.changes.keys() - {"email"})
    is_told_here = of_more or change.kind == AccessChangeKind.PASSWORD
    is_told_here &= change.person_id != change.asked_by_id  # who asked is told as such
    is_told_here &= change.person.is_active and not waits
    mails = [change.person.email] if is_told_here and change.person.email else []
    subject = gettext_lazy("Your access to Reis naar werk has changed")
    if is_opened:
        subject = gettext_lazy("Your account for Reis naar werk is open")
    return mails, subject, "staff/confirming/email/confirmed.txt"


def _asker(change: AccessChange) -> tuple[list[str], Text, str] | None:
    if change.verdict not in JUDGED:
        return None
    mails = [change.asked_by.email] if change.asked_by.email and change.asked_by.is_active else []
    return mails, gettext_lazy("Your request has been answered"), "staff/confirming/email/answered.txt"


def _waits_for_invitation(person: User) -> bool:
    """Whether nobody can sign in with this account yet; through the sign-on service one needs no password."""
    return not person.has_usable_password() and person.last_login is None and not is_on()

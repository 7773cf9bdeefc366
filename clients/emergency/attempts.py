"""Attempts with a number: each one that does not fit is counted, and after some within an hour none is read.

An attempt is a line in the log of changes, written under a lock of its person: the limit holds for many
questions at the same moment too.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.access import notes_of
from ipsplatform.common.errors import CountedRefusalError, RuleError
from ipsplatform.common.locks import lock_for_transaction
from staff.audit import services as audit
from staff.models import AuditEvent, StaffAction, User
from staff.requests import AuthenticatedHttpRequest

T = TypeVar("T")
COUNTED_OVER = timedelta(hours=1)
WAIT_FOR_THE_OTHER = 10  # seconds


class TooManyAttemptsError(RuleError):
    """As many numbers did not fit within an hour as are allowed."""


def refuse_after_too_many(*, by: User, kind: StaffAction, told: str, field: str | None = None) -> None:
    """Until this transaction ends no other attempt of `by` is weighed.

    Raises TooManyAttemptsError with `told` after EMERGENCY_ATTEMPTS_PER_HOUR of this kind within an hour.
    """
    alone = lock_for_transaction(f"{kind} of {by.pk}", wait_seconds=WAIT_FOR_THE_OTHER)
    tried = AuditEvent.objects.filter(
        target_type=User._meta.label_lower,
        target_id=by.public_id,
        action=kind,
        at__gte=timezone.now() - COUNTED_OVER,
    )
    if not alone or tried.count() >= settings.EMERGENCY_ATTEMPTS_PER_HOUR:
        raise TooManyAttemptsError(told, field=field)


def note_attempt(*, by: User, kind: StaffAction) -> None:
    """Count one that did not fit. Which number it was is not kept: it may be somebody's."""
    audit.record(by=by, action=kind, target=by)


def counted(
    request: AuthenticatedHttpRequest,
    save: Callable[..., T],
    *,
    refusal: type[RuleError],
    field: str,
    standing: str = "",
) -> Callable[..., T]:
    """`save`, whose refusals of the kind `refusal` are counted as attempts with a number.

    Too many within an hour, and every number in `field` is refused unread; `standing` is the number that
    is there already and is no attempt.
    """

    def attempt(**facts: object) -> T:
        try:
            if facts.get(field) in ("", None, standing):
                return save(**facts)
            return _attempt(request.user, save, refusal, field, facts)
        except (CountedRefusalError, TooManyAttemptsError):
            notes_of(request).refuse()
            raise

    return attempt


def _attempt(by: User, save: Callable[..., T], refusal: type[RuleError], field: str, facts: dict) -> T:
    """Save, or count the refusal: what was half written is undone, what was counted stays."""
    told = _("Too many numbers were refused. Ask the team lead, or try again in an hour.")
    with transaction.atomic():
        refuse_after_too_many(by=by, kind=StaffAction.NUMBER_TRIED, told=told, field=field)
        try:
            with transaction.atomic():
                return save(**facts)
        except refusal as error:
            refused = error
            note_attempt(by=by, kind=StaffAction.NUMBER_TRIED)
    raise CountedRefusalError(refused.message, field=refused.field) from refused

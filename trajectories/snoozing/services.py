"""Set a signal of a client aside until a day, and show it again."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import User
from trajectories.caseload.selectors import caseload_facts
from trajectories.models import SignalCode, SignalSnooze, SnoozeAction
from trajectories.signals.selectors import Signal

LONGEST_DAYS = 92  # three months: a signal that waits longer is a decision, not a pause


@transaction.atomic
def snooze_signal(*, client: Client, code: SignalCode, until: date, reason: str, by: User) -> SignalSnooze:
    """Don't show a signal of this client until a day; it takes the place of an earlier decision about it.

    It is bound to the spell of today. Raises RuleError for a signal that does not hold, and for a day that is
    not ahead, or more than three months.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    today = timezone.localdate()
    if until <= today:
        raise RuleError(_("Choose a day in the future."), field="until")
    if until > today + timedelta(days=LONGEST_DAYS):
        raise RuleError(_("Choose a day within three months."), field="until")
    signal = signal_that_holds(client, code)
    if signal is None:
        raise RuleError(_("This signal does not hold any more."))
    for earlier in SignalSnooze.objects.standing().filter(client=client, code=code):
        lift_snooze(snooze=earlier, by=by)
    snooze = SignalSnooze(
        client=client, code=code, since=signal.since, until=until, reason=reason, made_by=by
    )
    return audit.save(snooze, by=by, action=SnoozeAction.MADE)


@transaction.atomic
def lift_snooze(*, snooze: SignalSnooze, by: User) -> SignalSnooze:
    """Show the signal again from this moment on. Raises RuleError when somebody did so already."""
    snooze = audit.locked(snooze)
    if snooze.lifted_at is not None:
        raise RuleError(_("This signal is shown already."))
    snooze.lifted_by, snooze.lifted_at = by, timezone.now()
    return audit.save(snooze, by=by, action=SnoozeAction.LIFTED, fields=["lifted_by", "lifted_at"])


def signal_that_holds(client: Client, code: SignalCode) -> Signal | None:
    """The signal of today with this code, set aside or not; None when it does not hold. One statement."""
    (facts,) = caseload_facts([client], timezone.localdate()) or (None,)
    signals = [*facts.signals, *facts.snoozed] if facts else []
    return next((signal for signal in signals if signal.code == code), None)

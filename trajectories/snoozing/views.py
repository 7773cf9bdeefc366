"""Set a signal aside, and show it again."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, about, form_page
from clients.file.look_up import client_or_404, visible_or_404
from clients.file.tabs import tab_url
from clients.permissions import can_write_client
from ipsplatform.common.access import AccessAction, button_to, form_to
from ipsplatform.common.day_texts import day_text
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import press_action
from trajectories.models import SignalCode, SignalSnooze
from trajectories.signals.pages import signal_text
from trajectories.snoozing import services
from trajectories.snoozing.forms import SnoozeForm

USUAL_DAYS = 14


@form_to(AccessAction.CREATE)
def signal_snooze(request: AuthenticatedHttpRequest, public_id: UUID, code: str) -> HttpResponse:
    """Until which day one signal of a client can wait, and why."""
    client = client_or_404(request, public_id, may=can_write_client)
    if code not in SignalCode.values:
        raise Http404
    signal = services.signal_that_holds(client, SignalCode(code))
    page = FormPage(
        client=client,
        title=_("Look at it later"),
        submit_label=_("Save"),
        back_url=tab_url(client),
        explanation=_("The signal comes back on that day, or earlier when it begins anew."),
        notes=[_("Signal: %(text)s.") % {"text": signal_text(signal)}] if signal else [],
    )
    in_a_while = timezone.localdate() + timedelta(days=USUAL_DAYS)
    form = SnoozeForm(request.POST or None, initial={"until": in_a_while})
    save = partial(services.snooze_signal, client=client, code=SignalCode(code))
    return form_page(request, form, page, save, said=_said)


@button_to(AccessAction.UPDATE)
def snooze_lift(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: the signal is shown again."""
    snooze = visible_or_404(request, SignalSnooze, public_id, may_client=can_write_client)
    lift = partial(services.lift_snooze, snooze=snooze)
    said = about(snooze.client, _("The signal is shown again."))
    return press_action(request, lift, said=said, then=tab_url(snooze.client))


def _said(snooze: SignalSnooze) -> str:
    return _("The signal is shown again on %(day)s.") % {"day": day_text(snooze.until)}

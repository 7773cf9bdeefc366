"""Consent and grounds: give, withdraw, record, end. The page that shows them is in trajectories."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, about, form_page
from clients.file.look_up import client_or_404, visible_or_404
from clients.file.tabs import tab_url
from clients.models import Consent, ConsentText, SharingGround
from clients.permissions import can_write_client
from clients.sharing import services
from clients.sharing.forms import ConsentForm, GroundForm, empty_consent, empty_ground
from ipsplatform.common.access import AccessAction, button_to, form_to
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action, press_action


@form_to(AccessAction.CREATE)
def consent_give(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Record what the client agrees to, with the words that are read out."""
    client = client_or_404(request, public_id, may=can_write_client)
    form = ConsentForm(request.POST or None, initial=empty_consent())
    page_url = tab_url(client, "sharing")
    save = partial(services.give_consent, client=client)
    said = about(client, _("Consent recorded."))
    if done := form_action(request, form, save, said=said, then=page_url):
        return done
    context = {
        "client": client,
        "form": form,
        "text": ConsentText.objects.in_use_on(timezone.localdate()),
        "cancel_url": page_url,
    }
    return render(request, "clients/sharing/consent_give.html", context)


@button_to(AccessAction.UPDATE)
def consent_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: from the next request on it holds no more."""
    consent = visible_or_404(request, Consent, public_id, may_client=can_write_client)
    withdraw = partial(services.withdraw_consent, consent=consent)
    said = about(consent.client, _("Consent withdrawn. From now on this may not be shared any more."))
    return press_action(request, withdraw, said=said, then=tab_url(consent.client, "sharing"))


@form_to(AccessAction.CREATE)
def ground_record(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Record why something may be shared without consent."""
    client = client_or_404(request, public_id, may=can_write_client)
    page = FormPage(
        client=client,
        title=_("Record a ground for sharing"),
        submit_label=_("Save"),
        back_url=tab_url(client, "sharing"),
        explanation=_(
            "Only when an agreement or the law says that this may be shared without asking. "
            "Tell the client. In all other cases you ask for consent."
        ),
    )
    form = GroundForm(request.POST or None, initial=empty_ground())
    save = partial(services.record_ground, client=client)
    return form_page(request, form, page, save, said=_("Ground for sharing recorded."))


@button_to(AccessAction.UPDATE)
def ground_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """End a ground that no longer applies; today is its last day."""
    ground = visible_or_404(request, SharingGround, public_id, may_client=can_write_client)
    end = partial(services.end_ground, ground=ground)
    then = tab_url(ground.client, "sharing")
    return press_action(request, end, said=about(ground.client, _("This ground ends today.")), then=then)

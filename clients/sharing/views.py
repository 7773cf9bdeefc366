"""Consent and grounds: give, withdraw, record, end. The page that shows them stands in trajectories."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients import permissions
from clients.file.form_page import FormPage, render_form
from clients.models import Client, Consent, ConsentText, SharingGround
from clients.sharing import services
from clients.sharing.forms import ConsentForm, GroundForm, empty_consent, empty_ground
from ipsplatform.common.refusals import refusals_on
from staff.requests import AuthenticatedHttpRequest

PAGE = "trajectories:client_sharing"


@require_http_methods(["GET", "POST"])
def consent_give(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Record what the client agrees to, with the words that are read out."""
    client = _client(request, public_id)
    form = ConsentForm(request.POST or None, initial=empty_consent())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.give_consent(client=client, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Consent recorded."))
            return redirect(PAGE, client.public_id)
    context = {
        "client": client,
        "form": form,
        "text": ConsentText.objects.in_use_on(timezone.localdate()),
        "cancel_url": reverse(PAGE, args=[client.public_id]),
        "draft": f"consent-{client.public_id}",
    }
    return render(request, "clients/sharing/consent_give.html", context)


@require_POST
def consent_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: from the next request on it holds no more."""
    consents = Consent.objects.visible_to(request.user).select_related("client__team")
    consent = get_object_or_404(consents, public_id=public_id)
    _refuse_readers(request, consent.client)
    services.withdraw_consent(consent=consent, by=request.user)
    messages.success(request, _("Consent withdrawn. From now on this may not be shared any more."))
    return redirect(PAGE, consent.client.public_id)


@require_http_methods(["GET", "POST"])
def ground_record(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Record why something may be shared without consent."""
    client = _client(request, public_id)
    form = GroundForm(request.POST or None, initial=empty_ground())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.record_ground(client=client, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Ground for sharing recorded."))
            return redirect(PAGE, client.public_id)
    page = FormPage(
        client=client,
        title=_("Record a ground for sharing"),
        submit_label=_("Save"),
        back_url=reverse(PAGE, args=[client.public_id]),
        draft=f"ground-{client.public_id}",
        explanation=_(
            "Only when an agreement or the law says that this may be shared without asking. "
            "Tell the client. In all other cases you ask for consent."
        ),
    )
    return render_form(request, form, page)


@require_POST
def ground_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """A ground that holds no longer ends with today."""
    grounds = SharingGround.objects.visible_to(request.user).select_related("client__team")
    ground = get_object_or_404(grounds, public_id=public_id)
    _refuse_readers(request, ground.client)
    services.end_ground(ground=ground, by=request.user)
    messages.success(request, _("This ground ends with today."))
    return redirect(PAGE, ground.client.public_id)


def _client(request: AuthenticatedHttpRequest, public_id: UUID) -> Client:
    clients = Client.objects.visible_to(request.user).select_related("team")
    client = get_object_or_404(clients, public_id=public_id)
    _refuse_readers(request, client)
    return client


def _refuse_readers(request: AuthenticatedHttpRequest, client: Client) -> None:
    if not permissions.can_write_client(request.user, client):
        raise PermissionDenied(permissions.who_may_write())

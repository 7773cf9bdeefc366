"""The citizen service number of a client: masked, shown whole for a reason; only where it is switched on."""

from collections.abc import Callable
from functools import partial, wraps
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from clients import permissions
from clients.emergency.attempts import counted
from clients.file.form_page import FormPage, form_page
from clients.file.look_up import client_or_404
from clients.models import Client
from clients.service_numbers import seal as number_seal
from clients.service_numbers import services
from clients.service_numbers.forms import RevealServiceNumberForm, ServiceNumberForm
from clients.service_numbers.selectors import masked_number
from ipsplatform.common.access import AccessAction, button_to, form_to, notes_of, reads
from ipsplatform.common.form_actions import button_action
from ipsplatform.common.refusals import refusals_on
from staff.requests import AuthenticatedHttpRequest


def _for_who_may(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the client, where numbers are kept and for people who may write in this file."""

    @wraps(view)
    def answer(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
        if not number_seal.is_on():
            raise Http404
        return view(request, client_or_404(request, public_id, may=permissions.can_use_service_number))

    return answer


@reads
@_for_who_may
def service_number(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """The number behind dots, why it may be kept, and what can be done with it."""
    return _page(request, client, RevealServiceNumberForm())


@sensitive_post_parameters("number")
@form_to(AccessAction.CREATE)
@_for_who_may
def service_number_record(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """Record the number, or put another in its place. What is typed is not kept as a draft."""
    if request.method == "POST" and masked_number(client):
        notes_of(request).action = AccessAction.UPDATE
    page = FormPage(
        client=client,
        title=_("Record citizen service number"),
        submit_label=_("Save"),
        back_url=reverse("clients:service_number", args=[client.public_id]),
        keeps_draft=False,
    )
    save = counted(
        request,
        partial(services.record_service_number, client=client),
        refusal=services.NumberHeldError,
        field="number",
    )
    said = _("Citizen service number recorded.")
    return form_page(request, ServiceNumberForm(request.POST or None), page, save, said=said, can_undo=False)


@button_to(AccessAction.READ)
@_for_who_may
def service_number_reveal(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """The whole number in this one answer: no address leads to it, and no browser keeps it."""
    form = RevealServiceNumberForm(request.POST)
    number = ""
    if form.is_valid():
        with refusals_on(form, request):
            number = services.reveal_service_number(client=client, **form.cleaned_data, by=request.user)
    if not form.is_valid():
        return _page(request, client, form)
    return render(
        request, "clients/service_numbers/service_number_shown.html", {"client": client, "number": number}
    )


@form_to(AccessAction.DELETE)
@_for_who_may
def service_number_remove(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """Asks first: there is no way back."""
    if request.method != "POST":
        return render(request, "clients/service_numbers/service_number_remove.html", {"client": client})
    remove = partial(services.remove_service_number, client=client)
    then = reverse("clients:service_number", args=[client.public_id])
    return button_action(request, remove, said=_("Citizen service number removed."), then=then)


def _page(request: AuthenticatedHttpRequest, client: Client, form: Form) -> HttpResponse:
    context = {"client": client, "number": masked_number(client), "form": form}
    return render(request, "clients/service_numbers/service_number.html", context)

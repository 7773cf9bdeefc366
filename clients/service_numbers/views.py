"""The citizen service number of a client: masked, shown whole for a reason; only where it is switched on."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients import permissions
from clients.file.form_page import FormPage, render_form
from clients.models import Client
from clients.service_numbers import seal as number_seal
from clients.service_numbers import services
from clients.service_numbers.forms import RevealServiceNumberForm, ServiceNumberForm
from clients.service_numbers.selectors import masked_number
from ipsplatform.common.refusals import refusals_on, refusals_told
from staff.requests import AuthenticatedHttpRequest


def _for_who_may(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the client: where numbers are kept, and to who may write in this file."""

    @wraps(view)
    def answer(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
        if not number_seal.is_on():
            raise Http404
        clients = Client.objects.visible_to(request.user).select_related("team")
        client = get_object_or_404(clients, public_id=public_id)
        if not permissions.can_use_service_number(request.user, client):
            raise PermissionDenied(permissions.who_may_write())
        return view(request, client)

    return answer


@require_safe
@_for_who_may
def service_number(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """The number behind dots, why it may be kept, and what can be done with it."""
    return _page(request, client, RevealServiceNumberForm())


@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
@_for_who_may
def service_number_record(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """Record the number, or put another in its place. What is typed is not kept as a draft."""
    form = ServiceNumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.record_service_number(client=client, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Citizen service number recorded."))
            return redirect("clients:service_number", client.public_id)
    page = FormPage(
        client=client,
        title=_("Record citizen service number"),
        submit_label=_("Save"),
        back_url=reverse("clients:service_number", args=[client.public_id]),
    )
    return render_form(request, form, page)


@require_POST
@_for_who_may
def service_number_reveal(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """The whole number in this one answer: no address leads to it, and no browser keeps it."""
    form = RevealServiceNumberForm(request.POST)
    number = ""
    if form.is_valid():
        with refusals_on(form):
            number = services.reveal_service_number(client=client, **form.cleaned_data, by=request.user)
    if not form.is_valid():
        return _page(request, client, form)
    return render(
        request, "clients/service_numbers/service_number_shown.html", {"client": client, "number": number}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@_for_who_may
def service_number_remove(request: AuthenticatedHttpRequest, client: Client) -> HttpResponse:
    """Asks first: there is no way back."""
    if request.method != "POST":
        return render(request, "clients/service_numbers/service_number_remove.html", {"client": client})
    with refusals_told(request):
        services.remove_service_number(client=client, by=request.user)
        messages.success(request, _("Citizen service number removed."))
    return redirect("clients:service_number", client.public_id)


def _page(request: AuthenticatedHttpRequest, client: Client, form: Form) -> HttpResponse:
    context = {"client": client, "number": masked_number(client), "form": form}
    return render(request, "clients/service_numbers/service_number.html", context)

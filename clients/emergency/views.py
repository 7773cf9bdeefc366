"""Emergency access: ask for it, and end it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.emergency import services
from clients.emergency.forms import LONGEST_HOURS, EmergencyForm
from clients.emergency.services import has_tried_too_often, is_this_client
from clients.models import Client, EmergencyAccess
from ipsplatform.common.access import note_client, note_emergency, note_refused
from ipsplatform.common.refusals import refusals_on
from staff.permissions import can_open_in_emergency
from staff.requests import AuthenticatedHttpRequest

CODE = "clients:emergency_start"


@require_http_methods(["GET", "POST"])
def emergency_start(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Open one file of another team. A wrong answer says nothing about who exists here."""
    if not can_open_in_emergency(request.user):
        raise PermissionDenied
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        client = _client_that_fits(request, form)
        if client is not None and _sees_already(request, client):
            messages.info(request, _("You see this file without emergency access."))
            return redirect(_file_of(client))
        if client is not None:
            with refusals_on(form):
                _start(request, client, form.cleaned_data)
            if form.is_valid():
                messages.success(
                    request, _("The file is open. The team lead and the privacy officer know it.")
                )
                return redirect(_file_of(client))
    context = {"form": form, "hours": LONGEST_HOURS, "cancel_url": reverse("home")}
    return render(request, "clients/emergency/emergency_start.html", context)


@require_POST
def emergency_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Close the file again; only who opened it."""
    access = get_object_or_404(EmergencyAccess.objects.filter(user=request.user), public_id=public_id)
    note_emergency(request)
    services.end_emergency_access(access=access, by=request.user)
    messages.success(request, _("Your emergency access has ended."))
    return redirect("home")


def _client_that_fits(request: AuthenticatedHttpRequest, form: EmergencyForm) -> Client | None:
    """The client with this number whose name or birth date was typed too; else one message for everything."""
    typed = form.cleaned_data
    if has_tried_too_often(request.user, code=CODE):
        note_refused(request)
        form.add_error(None, _("Too many attempts did not fit. Call the team lead, or try again in an hour."))
        return None
    client = Client.objects.filter(client_number=typed["client_number"].strip()).first()
    if client is not None:
        note_client(request, client.public_id)
        if is_this_client(client, last_name=typed["last_name"], birth_date=typed["birth_date"]):
            return client
    note_refused(request)
    form.add_error(
        None, _("This does not fit. Check the number with the last name or the date of birth and try again.")
    )
    return None


def _sees_already(request: AuthenticatedHttpRequest, client: Client) -> bool:
    return Client.objects.visible_to(request.user).filter(pk=client.pk).exists()


def _start(request: AuthenticatedHttpRequest, client: Client, typed: dict) -> None:
    note_emergency(request)
    services.start_emergency_access(
        client=client,
        reason=typed["reason"],
        explanation=typed["explanation"],
        hours=typed["hours"],
        by=request.user,
    )


def _file_of(client: Client) -> str:
    return reverse("trajectories:client_overview", args=[client.public_id])

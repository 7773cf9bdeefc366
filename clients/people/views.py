"""Register a client and correct the personal details."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients import permissions
from clients.file.form_page import FormPage, render_form
from clients.models import Client
from clients.people import services
from clients.people.forms import ClientForm, RegisterClientForm, client_as_typed, empty_client
from clients.people.selectors import possible_duplicates
from ipsplatform.common.access import note_client
from ipsplatform.common.refusals import refusals_on
from staff.models import User
from staff.requests import AuthenticatedHttpRequest


@require_http_methods(["GET", "POST"])
def client_register(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Register a person; after that the trajectory can start. Likely doubles are shown once first."""
    if not permissions.can_register_client(request.user):
        raise PermissionDenied
    form = RegisterClientForm(request.POST or None, initial=empty_client(request.user), user=request.user)
    duplicates: list[Client] = []
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "seen_duplicates"}
        duplicates = _unseen_duplicates(request.user, form.cleaned_data)
        if not duplicates:
            with refusals_on(form):
                client = services.register_client(**facts, by=request.user)
            if form.is_valid():
                note_client(request, client.public_id)
                messages.success(request, _("Client registered. You can start the trajectory now."))
                return redirect("trajectories:trajectory_start", client.public_id)
    context = {
        "form": form,
        "duplicates": duplicates,
        "shown_duplicates": _key_of(duplicates),
        "cancel_url": reverse("trajectories:caseload_list"),
    }
    return render(request, "clients/people/client_register.html", context)


@require_http_methods(["GET", "POST"])
def client_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Change what is known about the person; what stood there is kept."""
    clients = Client.objects.visible_to(request.user).select_related("team")
    client = get_object_or_404(clients, public_id=public_id)
    if not permissions.can_write_client(request.user, client):
        raise PermissionDenied(permissions.who_may_write())
    form = ClientForm(request.POST or None, initial=client_as_typed(client), user=request.user, client=client)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.correct_client(client=client, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Personal details changed. What stood there is kept."))
            return redirect(_after_correction(request.user, client))
    page = FormPage(
        client=client,
        title=_("Change personal details"),
        submit_label=_("Save"),
        back_url=reverse("trajectories:client_overview", args=[client.public_id]),
        draft=f"client-{client.public_id}",
    )
    return render_form(request, form, page)


def _unseen_duplicates(user: User, typed: dict) -> list[Client]:
    """Visible clients that look like this one, unless exactly these were shown already."""
    found = possible_duplicates(
        user=user,
        first_name=typed["first_name"],
        name_prefix=typed["name_prefix"],
        last_name=typed["last_name"],
        birth_date=typed["birth_date"],
    )
    return [] if _key_of(found) == typed["seen_duplicates"] else found


def _key_of(clients: list[Client]) -> str:
    return " ".join(sorted(str(client.public_id) for client in clients))


def _after_correction(user: User, client: Client) -> str:
    """The file, or the caseload for who has moved the client out of sight."""
    if Client.objects.visible_to(user).filter(pk=client.pk).exists():
        return reverse("trajectories:client_overview", args=[client.public_id])
    return reverse("trajectories:caseload_list")

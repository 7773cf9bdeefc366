"""Register a client and correct the personal details."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clients import permissions
from clients.emergency.attempts import counted
from clients.file.form_page import FormPage, about
from clients.file.look_up import client_or_404
from clients.file.tabs import tab_url
from clients.models import Client
from clients.models.client import ClientQuerySet
from clients.people import services
from clients.people.forms import ClientForm, RegisterClientForm, client_as_typed, empty_client
from clients.people.given_numbers import NumberRefusedError, alike_numbers
from clients.people.selectors import possible_duplicates
from ipsplatform.common.access import AccessAction, form_to, notes_of, only_for
from staff.models import User
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action, was_saved_before


@form_to(AccessAction.CREATE)
@only_for(permissions.can_register_client)
def client_register(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Register a person; after that the trajectory can start. Likely doubles are shown once first."""
    form = RegisterClientForm(request.POST or None, initial=empty_client(request.user), user=request.user)
    duplicates = _unseen_duplicates(request.user, form)
    if duplicates and was_saved_before(request):  # asked last: the other of two presses made one of them
        duplicates = []

    def start_of_trajectory(client: Client) -> str:
        notes_of(request).client = client.public_id
        return reverse("trajectories:trajectory_start", args=[client.public_id])

    if not duplicates:
        said = partial(_said, _("Client registered. You can start the trajectory now."))
        save = counted(request, services.register_client, refusal=NumberRefusedError, field="client_number")
        if done := form_action(request, form, save, said=said, then=start_of_trajectory, can_undo=False):
            return done
    notes_of(request).lists(client.public_id for client in duplicates)
    context = {
        "form": form,
        "holder": _holder(request, form),
        "duplicates": duplicates,
        "shown_duplicates": _key_of(duplicates),
        "cancel_url": reverse("trajectories:caseload_list"),
    }
    answer = render(request, "clients/people/client_register.html", context)
    _note_whose_number(request, form)
    return answer


@form_to(AccessAction.UPDATE)
def client_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Change what is known about the person; the earlier version is kept."""
    client = client_or_404(request, public_id, may=permissions.can_write_client)
    page = FormPage(
        client=client, title=_("Change personal details"), submit_label=_("Save"), back_url=tab_url(client)
    )
    form = ClientForm(request.POST or None, initial=client_as_typed(client), user=request.user, client=client)
    save = counted(
        request,
        partial(services.correct_client, client=client),
        standing=client.client_number,
        refusal=NumberRefusedError,
        field="client_number",
    )
    said = partial(_said, _("Personal details changed. The earlier version is kept."))
    then = partial(_after_correction, request.user)
    if done := form_action(request, form, save, said=said, then=then, edits=client):
        return done
    holder = _holder(request, form)
    if holder is not None:
        page = replace(page, link_url=tab_url(holder), link_label=_who_has_it(holder))
    return render(request, "clients/file/form_page.html", {"form": form, "page": page})


def _said(text: str, client: Client) -> str:
    return about(client, text)


def _holder(request: AuthenticatedHttpRequest, form: ClientForm) -> Client | None:
    """Who has the number that was refused or asked about, when this person may see that client."""
    if form.is_bound and form.has_error("is_new_number"):
        found = alike_numbers([form.cleaned_data["client_number"]])
        numbers = [one for many in found.values() for one in many]
        holder = Client.objects.filter(client_number__in=numbers).visible_to(request.user).first()
        notes_of(request).lists([holder.public_id] if holder else [])
        return holder
    if not notes_of(request).is_refused:
        return None
    return _with_number(form).visible_to(request.user).first()


def _note_whose_number(request: AuthenticatedHttpRequest, form: ClientForm) -> None:
    """Let the log of the file that was tried tell of it, whoever may see that file.

    After the page, which would ask for a banner of that file: one statement more than for nobody.
    """
    if notes_of(request).is_refused and (holder := _with_number(form).first()):
        notes_of(request).client = holder.public_id


def _with_number(form: ClientForm) -> ClientQuerySet:
    number = form.cleaned_data.get("client_number") or form.data.get("client_number", "").strip()
    return Client.objects.filter(client_number=number)


def _who_has_it(holder: Client) -> str:
    return _("%(number)s belongs to %(name)s") % {
        "number": holder.client_number,
        "name": holder.list_name,
    }


def _unseen_duplicates(user: User, form: RegisterClientForm) -> list[Client]:
    """Visible clients that look like this one, unless exactly these were shown already."""
    if not (form.is_bound and form.is_valid()):
        return []
    typed = form.cleaned_data
    found = possible_duplicates(
        user=user,
        first_name=typed["first_name"],
        name_prefix=typed["name_prefix"],
        last_name=typed["last_name"],
        birth_name=typed["birth_name"],
        birth_date=typed["birth_date"],
    )
    return [] if _key_of(found) == form.seen_duplicates else found


def _key_of(clients: list[Client]) -> str:
    return " ".join(sorted(str(client.public_id) for client in clients))


def _after_correction(user: User, client: Client) -> str:
    """The file, or the caseload when the client has moved out of this person's sight."""
    is_in_sight = Client.objects.visible_to(user).filter(pk=client.pk).exists()
    return tab_url(client) if is_in_sight else reverse("trajectories:caseload_list")

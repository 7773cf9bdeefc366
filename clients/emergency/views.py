"""Emergency access: ask for it, and end it."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.emergency import services
from clients.emergency.forms import LONGEST_HOURS, EmergencyForm
from clients.file.tabs import tab_url
from clients.models import Client, EmergencyAccess
from ipsplatform.common.access import AccessAction, button_to, form_to, notes_of, only_for
from ipsplatform.common.form_actions import button_action
from ipsplatform.common.refusals import refusals_on, tell_nothing_done
from staff.models import User
from staff.permissions import can_open_in_emergency
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action


@form_to(AccessAction.CREATE)
@only_for(can_open_in_emergency)
def emergency_start(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Open one file of another team. A wrong answer says nothing about who exists here."""
    form = EmergencyForm(request.POST or None)
    tried, fits = (
        _client_tried(request, form) if request.method == "POST" and form.is_valid() else (None, False)
    )
    client = tried if fits else None
    if client is not None:
        notes_of(request).client = client.public_id
        if _sees_already(request, client):
            text = _("You see this file without emergency access.")
            tell_nothing_done(request, text, level=messages.INFO)
            return redirect(tab_url(client))
        notes_of(request).is_emergency = True
        start = partial(_start, client)
        said = _("The file is open. The team lead and the privacy officer know it.")
        if done := form_action(request, form, start, said=said, then=tab_url(client), can_undo=False):
            return done
        notes_of(request).refuse()
    context = {"form": form, "hours": LONGEST_HOURS, "cancel_url": reverse("home")}
    answer = render(request, "clients/emergency/emergency_start.html", context)
    if tried is not None:
        # After the page, which would ask for a banner of this file: one statement more than for nobody.
        notes_of(request).client = tried.public_id
    return answer


@button_to(AccessAction.UPDATE)
def emergency_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Close the file again; only the person who opened it can."""
    access = get_object_or_404(EmergencyAccess.objects.filter(user=request.user), public_id=public_id)
    notes_of(request).is_emergency = True
    end = partial(services.end_emergency_access, access=access)
    return button_action(request, end, said=_("Your emergency access has ended."), then=reverse("home"))


def _client_tried(request: AuthenticatedHttpRequest, form: EmergencyForm) -> tuple[Client | None, bool]:
    """The client with this number, and whether the name or birth date was typed too; one message for all
    that does not fit.
    """
    asked = {name: form.cleaned_data[name] for name in ("client_number", "last_name", "birth_date")}
    answer = None
    with refusals_on(form, request):
        answer = services.weigh_answer(**asked, by=request.user)
    if answer is not None and answer.fits:
        return answer.client, True
    if answer is not None:
        text = _("This does not fit. Check the number with the last name or the date of birth and try again.")
        form.add_error(None, text)
    notes_of(request).refuse()
    return answer.client if answer else None, False


def _sees_already(request: AuthenticatedHttpRequest, client: Client) -> bool:
    return Client.objects.visible_to(request.user).filter(pk=client.pk).exists()


def _start(client: Client, *, by: User, reason: str, explanation: str, hours: int, **_asked: object) -> None:
    services.start_emergency_access(client=client, reason=reason, explanation=explanation, hours=hours, by=by)

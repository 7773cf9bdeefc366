"""What a form asks while somebody types: clients and employers, a few at a time."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from clients.models import Client
from ipsplatform.common.access import notes_of, only_for, reads
from ipsplatform.common.pickers import Picker
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.choosing import selectors
from trajectories.choosing.forms import ClientOptionsForm, EmployerNamesForm, typed_text
from trajectories.choosing.pages import client_choices


@reads
@only_for(can_open_files)
def client_options(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The list below the box in which somebody types a client: a fragment of a form."""
    form = ClientOptionsForm(request.GET)
    text = typed_text(form, "client_text")
    options = selectors.client_options(user=request.user, text=text)
    chosen = _chosen(request, form.cleaned_data.get("chosen"))
    shown = {one.public_id for one in (*options.own, *options.others, *filter(None, [chosen]))}
    notes_of(request).rows = len(shown)
    notes_of(request).lists(shown)
    picker = Picker(url="", typing="", choices=client_choices(options, text=text, chosen=chosen))
    context = picker.get_context("client", chosen.public_id if chosen else "", {})
    return render(request, "widgets/picker_options.html", context)


@reads
@only_for(can_open_files)
def employer_names(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Names to complete what somebody types: the options of a datalist."""
    form = EmployerNamesForm(request.GET)
    text = typed_text(form, "employer_name") or typed_text(form, "name")
    names = selectors.employer_names(user=request.user, text=text)
    notes_of(request).rows = len(names)
    with_people = bool(form.cleaned_data.get("with_people"))
    people = selectors.people_named_at(user=request.user, text=text) if with_people and text else []
    context = {"names": names, "with_people": with_people, "people": people}
    return render(request, "trajectories/choosing/_employer_names.html", context)


def _chosen(request: AuthenticatedHttpRequest, key: UUID | None) -> Client | None:
    return Client.objects.visible_to(request.user).filter(public_id=key).first() if key else None

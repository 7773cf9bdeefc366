"""Write a contact, and correct the own one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client
from ipsplatform.common.access import note_client, note_consent
from ipsplatform.common.refusals import refusals_on
from staff.requests import AuthenticatedHttpRequest
from trajectories import permissions
from trajectories.contacts import services
from trajectories.contacts.forms import ContactForm, contact_as_typed, empty_contact
from trajectories.employers.selectors import employer_names
from trajectories.models import Contact, ContactKind, Employer

AND_NEXT = "and_next"


@require_http_methods(["GET", "POST"])
def contact_write(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One screen for every contact; `?client=`, `?employer=` and `?kind=` fill in what the link knew."""
    if not permissions.can_write_contacts(request.user):
        raise PermissionDenied
    visible = Client.objects.visible_to(request.user)
    client = _asked_client(request, visible)
    initial = empty_contact(
        user=request.user,
        client_id=client.public_id if client else "",
        kind=request.GET.get("kind", ""),
        employer_name=_asked_employer(request),
    )
    if client is not None:
        note_client(request, client.public_id)
    form = ContactForm(request.POST or None, initial=initial, clients=visible, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            contact = services.write_contact(**form.cleaned_data, by=request.user)
        _note_what_was_asked(request, form)
        if form.is_valid():
            messages.success(request, _("Contact saved."))
            return redirect(_after_writing(request, contact))
    return _render_form(request, form, title=_("Write contact"), client=client, is_new=True)


@require_http_methods(["GET", "POST"])
def contact_correct(request: AuthenticatedHttpRequest, public_id) -> HttpResponse:
    """Correct a contact that I wrote; what stood there is kept."""
    contacts = Contact.objects.visible_to(request.user).select_related("client", "employer")
    contact = get_object_or_404(contacts, public_id=public_id)
    if not permissions.can_correct_contact(request.user, contact):
        raise PermissionDenied
    if contact.client is not None:
        note_client(request, contact.client.public_id)
    form = ContactForm(
        request.POST or None,
        initial=contact_as_typed(contact),
        clients=Client.objects.visible_to(request.user),
        user=request.user,
    )
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "public_id"}
        with refusals_on(form):
            services.correct_contact(contact=contact, **facts, by=request.user)
        _note_what_was_asked(request, form)
        if form.is_valid():
            messages.success(request, _("Contact corrected. What stood there is kept."))
            return redirect(_place_of(facts["client"]))
    return _render_form(request, form, title=_("Correct contact"), client=contact.client, is_new=False)


def _note_what_was_asked(request: AuthenticatedHttpRequest, form: ContactForm) -> None:
    """For the access log: the client of the form, and whether there was a yes to naming this client."""
    facts = form.cleaned_data
    if facts.get("client") is not None:
        note_client(request, facts["client"].public_id)
    if facts.get("kind") == ContactKind.WERKGEVER and form.data.get("client_is_named") == "yes":
        note_consent(request, is_given="client_is_named" not in form.errors)


def _asked_client(request: AuthenticatedHttpRequest, visible) -> Client | None:
    """The client of the link. One that this person can't see is a wrong address: 404."""
    asked = request.GET.get("client")
    if not asked:
        return None
    try:
        return get_object_or_404(visible, public_id=asked)
    except ValidationError:
        return get_object_or_404(visible.none())


def _asked_employer(request: AuthenticatedHttpRequest) -> str:
    """The name of the employer of the link; empty without one, 404 for an unknown one."""
    asked = request.GET.get("employer")
    if not asked:
        return ""
    try:
        return get_object_or_404(Employer, public_id=asked).name
    except ValidationError:
        raise Http404 from None


def _after_writing(request: AuthenticatedHttpRequest, contact: Contact) -> str:
    if AND_NEXT in request.POST:
        return reverse("trajectories:contact_write")
    return _place_of(contact.client)


def _place_of(client: Client | None) -> str:
    if client is None:
        return reverse("trajectories:caseload_list")
    return reverse("trajectories:client_contacts", args=[client.public_id])


def _way_out(request: AuthenticatedHttpRequest, form: ContactForm) -> dict | None:
    """What helps who named a client without the client's yes: where it is recorded, or who can."""
    client = form.cleaned_data.get("client") if form.is_bound else None
    if client is None or "client_is_named" not in form.errors or form.data.get("client_is_named") != "yes":
        return None
    if not permissions.can_choose_disclosure(request.user, client):
        return {"text": _("Who follows this client, or the team lead, can record the choice."), "url": None}
    name = " ".join((form.cleaned_data.get("employer_name") or "").split())
    employer = Employer.objects.filter(name__iexact=name).first()
    # Back to this very address: the draft of what was typed belongs to it.
    asked = {"then": request.get_full_path()} | ({"employer": employer.public_id} if employer else {})
    return {
        "text": _("May the employer know? Ask the client. What you typed here is kept."),
        "url": f"{reverse('trajectories:disclosure_choose', args=[client.public_id])}?{urlencode(asked)}",
    }


def _render_form(
    request: AuthenticatedHttpRequest, form: ContactForm, *, title: str, client: Client | None, is_new: bool
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": client.list_name if client else "",
        "is_new": is_new,
        "employers": employer_names(),
        "cancel_url": _place_of(client),
        "way_out": _way_out(request, form),
        "draft": "contact" if is_new else f"contact-{form.initial['public_id']}",
    }
    return render(request, "trajectories/contacts/contact_form.html", context)

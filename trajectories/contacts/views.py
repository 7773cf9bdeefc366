"""Write a contact, and correct one's own."""

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, about, form_page
from clients.file.look_up import visible_or_404
from clients.models import Client, Part
from ipsplatform.common.access import AccessAction, form_to, notes_of, only_for
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.form_fields import YES
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import form_action
from staff.typed.sending import memory_of
from trajectories import permissions
from trajectories.agenda.look_up import asked_occurrence
from trajectories.agenda.pages import place_of
from trajectories.agenda.selectors import Planned
from trajectories.choosing.look_up import asked_client
from trajectories.choosing.selectors import employers_named, people_named_at
from trajectories.contacts import services
from trajectories.contacts.forms import (
    ContactForm,
    WithdrawContactForm,
    contact_as_planned,
    contact_as_typed,
    empty_contact,
    unknown_of,
)
from trajectories.employers.look_up import asked_employer
from trajectories.models import Contact, ContactKind

AND_NEXT = "and_next"


@form_to(AccessAction.CREATE)
@only_for(permissions.can_write_contacts)
def contact_write(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One screen for every contact; `?client=`, `?employer=` and `?kind=` fill in what the link knew.

    `?appointment=` and `?on=` fill in what was agreed: saving it also says that it took place.
    """
    planned = asked_occurrence(request)
    client = planned.appointment.client if planned else asked_client(request)
    initial = empty_contact(
        user=request.user,
        client=client,
        kind=request.GET.get("kind", ""),
        employer_name=asked_employer(request),
    )
    form = ContactForm(
        request.POST or None,
        initial=initial | (contact_as_planned(planned) if planned else {}),
        clients=Client.objects.visible_to(request.user).living(besides=client),
        user=request.user,
        client=client,
    )
    if client is not None:  # the link knew whom it is about: what happened is all that is left to say
        form.fields["note"].widget.attrs["autofocus"] = True
    said, then = partial(_said, _("Contact saved.")), partial(_after_writing, request, planned)
    save = partial(services.write_contact, public_id=memory_of(request, form).number)
    if planned is not None:
        save = partial(services.write_planned_contact, planned=planned, write=save)
    done = form_action(request, form, save, said=said, then=then, correct=_correct_at)
    _note_what_was_asked(request, form, about=_typed_client(form) or client)
    return done or _render_form(request, form, title=_("Write contact"), client=client, is_new=True)


@form_to(AccessAction.UPDATE)
def contact_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Correct a contact that I wrote; the earlier version is kept."""
    contact = visible_or_404(
        request, Contact, public_id, "employer", "person", may=permissions.can_correct_contact, or_else=str
    )
    client = contact.client
    offered = Client.objects.visible_to(request.user).living(besides=client)
    form = ContactForm(
        request.POST or None,
        initial=contact_as_typed(contact),
        clients=offered,
        user=request.user,
        client=client,
        unknown=unknown_of(contact),
        is_new=False,
    )
    save = partial(services.correct_contact, contact=contact)
    said = partial(_said, _("Contact corrected. The earlier version is kept."))
    done = form_action(request, form, save, said=said, then=_place_of_contact, edits=contact)
    _note_what_was_asked(request, form, about=client)
    if done and (other := _typed_client(form)) != client and other:
        notes_of(request).shows([other.public_id], part=Part.CONTACTS)  # it stands in that file from now on
    return done or _render_form(request, form, title=_("Correct contact"), client=client, is_new=False)


@form_to(AccessAction.DELETE)
def contact_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Take back a contact that was written by mistake: its author, or who leads the team."""
    contact = visible_or_404(
        request, Contact, public_id, "employer", may=permissions.can_withdraw_contact, or_else=_who_withdraws
    )
    notes_of(request).client = contact.client.public_id if contact.client else None
    page = FormPage(
        client=contact.client,
        title=_("Withdraw contact"),
        submit_label=_("Withdraw"),
        back_url=_place_of_contact(contact),
        explanation=_(
            "For a contact that was not had, or not with this client: it goes from pages and figures, and "
            "stays in the history. Only something wrong in it? Then correct it."
        ),
        notes=[_which(contact)],
    )
    save = partial(services.withdraw_contact, contact=contact)
    form = WithdrawContactForm(request.POST or None)
    return form_page(request, form, page, save, said=_("Contact withdrawn."))


def _who_withdraws() -> str:
    return _("Only who wrote this contact, or the team lead, can withdraw it.")


def _which(contact: Contact) -> str:
    kind = str(contact.get_kind_display()).capitalize()
    about = f"{kind} · {contact.employer.name}" if contact.employer else kind
    return f"{about}, {day_text(timezone.localtime(contact.occurred_at), 'j F Y H:i')}"


def _said(text: str, contact: Contact) -> str:
    return about(contact.client, text)


def _note_what_was_asked(
    request: AuthenticatedHttpRequest, form: ContactForm, *, about: Client | None
) -> None:
    """For the access log: the client of the form, and whether there was a yes to naming this client."""
    facts = form.cleaned_data if form.is_bound else {}
    notes = notes_of(request)
    notes.client = about.public_id if about else None
    was_looked_up = facts.get("kind") == ContactKind.WERKGEVER and set(form.errors) <= {"client_is_named"}
    if was_looked_up and form.data.get("client_is_named") == YES:
        notes.has_consent = not form.errors


def _typed_client(form: ContactForm) -> Client | None:
    return form.cleaned_data.get("client") if form.is_bound else None


def _after_writing(request: AuthenticatedHttpRequest, planned: Planned | None, contact: Contact) -> str:
    if AND_NEXT in request.POST:
        return reverse("trajectories:contact_write")
    if planned is not None:
        return place_of(planned)
    return _place_of_contact(contact)


def _correct_at(contact: Contact) -> str:
    return reverse("trajectories:contact_correct", args=[contact.public_id])


def _place_of_contact(contact: Contact) -> str:
    return _place_of(contact.client)


def _place_of(client: Client | None) -> str:
    if client is None:
        return reverse("trajectories:caseload_list")
    return reverse("trajectories:client_contacts", args=[client.public_id])


def _way_out(request: AuthenticatedHttpRequest, form: ContactForm) -> dict | None:
    """What helps somebody who named a client without a yes: where to record it, or who can."""
    client = _typed_client(form)
    if client is None or "client_is_named" not in form.errors or form.data.get("client_is_named") != YES:
        return None
    if not permissions.can_choose_disclosure(request.user, client):
        text = _("Somebody who follows this client, or the team lead, can record the choice.")
        return {"text": text, "url": None}
    name = " ".join((form.cleaned_data.get("employer_name") or "").split())
    employer = employers_named(name).visible_to(request.user).first()
    # Back to this very address: the draft of what was typed belongs to it.
    asked = {"then": request.get_full_path()} | ({"employer": employer.public_id} if employer else {})
    return {
        "text": _("May the employer know? Ask the client. What you typed here is kept."),
        "url": f"{reverse('trajectories:disclosure_choose', args=[client.public_id])}?{urlencode(asked)}",
    }


def _people_to_name(request: AuthenticatedHttpRequest, form: ContactForm) -> list[str]:
    """Who works at the employer of the form as it stands, for the list below the field."""
    name = " ".join(str(form["employer_name"].value() or "").split())
    return people_named_at(user=request.user, text=name) if name else []


def _render_form(
    request: AuthenticatedHttpRequest, form: ContactForm, *, title: str, client: Client | None, is_new: bool
) -> HttpResponse:
    notes_of(request).rows = len(form.offered_clients)
    notes_of(request).lists(form.offered_clients)
    context = {
        "form": form,
        "title": title,
        "subtitle": client.list_name if client else "",
        "is_new": is_new,
        "cancel_url": _place_of(client),
        "way_out": _way_out(request, form),
        "people": _people_to_name(request, form),
    }
    return render(request, "trajectories/contacts/contact_form.html", context)

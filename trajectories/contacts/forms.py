"""The contact form: one screen, thumb or keyboard, under half a minute."""

import uuid

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.form_fields import NO, YES, MomentInput, chips, field_of, why_field, yes_no_field
from staff.models import User
from trajectories.models import USUAL_KIND_BY_ROLE, Contact, ContactKind, Employer, Location

USUAL_MINUTES = (15, 30, 45, 60)
OTHER_MINUTES = "other"
YES_NO_OR_NOTHING = {True: YES, False: NO, None: ""}
AT_A_DISTANCE = (Location.TELEFOON, Location.BEELDBELLEN)


def grouped_by_caseload(clients: QuerySet[Client], user: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a client: first the person's caseload, then the rest of the team."""
    mine = set(clients.on_caseload_of(user).values_list("pk", flat=True))
    own, others = [], []
    for client in clients.in_list_order():
        choice = (str(client.public_id), f"{client.list_name} · {client.client_number}")
        (own if client.pk in mine else others).append(choice)
    groups = [(str(_("My caseload")), own), (str(_("Team")), others)]
    return [group for group in groups if group[1]]


class ContactForm(forms.Form):
    """Everything about one contact."""

    client = forms.ModelChoiceField(
        label=_("Client"),
        required=False,
        queryset=Client.objects.none(),
        to_field_name="public_id",
        help_text=_("Leave empty for a contact with an employer that is not about one client."),
    )
    kind = forms.ChoiceField(label=_("About"), choices=ContactKind.choices, widget=chips())
    employer_name = field_of(
        Employer,
        "name",
        label=_("Employer"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "list": "employers",
                "autocomplete": "off",
                "data-show-if": f"kind:{ContactKind.WERKGEVER}",
            }
        ),
    )
    hiring_manager = forms.BooleanField(
        label=_("Spoke with somebody who decides on hiring"),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-show-if": f"kind:{ContactKind.WERKGEVER}"}),
    )
    client_is_named = yes_no_field(
        _("Does the employer know who it is about?"),
        required=False,
        show_if=f"kind:{ContactKind.WERKGEVER} client:*",
        help_text=_("Yes only when the client has said so, and that is on record."),
    )
    location = forms.ChoiceField(label=_("Where"), choices=Location.choices, widget=chips())
    occurred_at = forms.DateTimeField(label=_("When"), widget=MomentInput())
    minutes = forms.TypedChoiceField(
        label=_("Minutes"),
        required=False,
        choices=[*((str(m), str(m)) for m in USUAL_MINUTES), (OTHER_MINUTES, _("another duration"))],
        widget=chips(),
    )
    minutes_other = field_of(
        Contact,
        "minutes",
        label=_("How many minutes"),
        min_value=1,
        widget=forms.NumberInput(attrs={"data-show-if": f"minutes:{OTHER_MINUTES}"}),
    )
    face_to_face = yes_no_field(
        _("Seen in person?"),
        help_text=_("A telephone or video call never counts as seen in person."),
        follows=f"{NO} location:{','.join(AT_A_DISTANCE)}",
    )
    note = forms.CharField(
        label=_("What"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-grow": ""}),
        help_text=_("One line is enough. You can dictate."),
    )

    def __init__(self, *args, clients: QuerySet[Client], user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients
        groups = grouped_by_caseload(clients, user)
        self.fields["client"].choices = [("", "–"), *groups]
        self.offered_clients = [uuid.UUID(value) for _group, choices in groups for value, _name in choices]

    def clean(self) -> dict:
        facts = super().clean()
        if facts.get("location") in AT_A_DISTANCE:
            facts["face_to_face"] = False
        facts["minutes"] = self._minutes(facts.get("minutes"), facts.pop("minutes_other", None))
        if facts.get("kind") != ContactKind.WERKGEVER:
            facts["employer_name"] = self._employer_that_was_there(facts.get("kind"))
            facts["hiring_manager"] = None
        facts["client_is_named"] = self._is_named(facts)
        return facts

    def _is_named(self, facts: dict) -> bool | None:
        """Asked only where an employer could hear about somebody."""
        if facts.get("kind") != ContactKind.WERKGEVER or facts.get("client") is None:
            return None
        if facts.get("client_is_named") is None and "client_is_named" not in self.errors:
            self.add_error("client_is_named", _("Say whether the employer knows who it is about."))
        return facts.get("client_is_named")

    def _minutes(self, chosen: str | None, other: int | None) -> int | None:
        if chosen != OTHER_MINUTES:
            return int(chosen) if chosen else None
        if other is None and "minutes_other" not in self.errors:
            self.add_error("minutes_other", _("Say how many minutes it lasted."))
        return other

    def _employer_that_was_there(self, kind: str | None) -> str:
        """An imported contact of this kind may name an employer; a hidden field must not add one."""
        return self.initial.get("employer_name", "") if kind == self.initial.get("kind") else ""


class WithdrawContactForm(forms.Form):
    reason = why_field()


def empty_contact(*, user: User, client_id: str = "", kind: str = "", employer_name: str = "") -> dict:
    """Sensible values for a new contact: now, this client, the usual subject of this profession."""
    return {
        "client": client_id,
        "kind": kind if kind in ContactKind.values else USUAL_KIND_BY_ROLE.get(user.role, ""),
        "employer_name": employer_name,
        "location": Location.ELDERS if kind != ContactKind.WERKGEVER else Location.WERKPLEK,
        "occurred_at": timezone.localtime(),
        "minutes": "30",
        "face_to_face": YES,
        "client_is_named": "no",
    }


def contact_as_typed(contact: Contact) -> dict:
    """The values with which a form shows a contact that is there already."""
    minutes = str(contact.minutes or "")
    return {
        "client": contact.client.public_id if contact.client else "",
        "kind": contact.kind,
        "employer_name": contact.employer.name if contact.employer else "",
        "hiring_manager": contact.hiring_manager,
        "location": contact.location,
        "occurred_at": timezone.localtime(contact.occurred_at),
        "minutes": minutes if minutes in map(str, USUAL_MINUTES) or not minutes else OTHER_MINUTES,
        "minutes_other": contact.minutes,
        "face_to_face": YES_NO_OR_NOTHING[contact.face_to_face],
        "client_is_named": _named_as_typed(contact),
        "note": contact.note,
    }


def _named_as_typed(contact: Contact) -> str:
    """No for a new employer contact; nothing chosen for an imported one, of which nobody knows."""
    if contact.client_is_named is None and contact.kind != ContactKind.WERKGEVER:
        return "no"
    return YES_NO_OR_NOTHING[contact.client_is_named]

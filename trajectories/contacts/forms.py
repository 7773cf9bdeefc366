"""The contact form: one screen, thumb or keyboard, under half a minute."""

from collections.abc import Sequence
from typing import ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.form_fields import (
    NO,
    YES,
    AsksOnce,
    MomentField,
    chips,
    field_of,
    text_field,
    why_field,
    yes_no_field,
)
from ipsplatform.common.plausible import doubt_about_minutes
from staff.models import User
from trajectories.agenda.selectors import Planned
from trajectories.choosing.client_field import PicksClient
from trajectories.choosing.employer_field import NamesEmployer, employer_name_field
from trajectories.employers.selectors import visit_by_colleague
from trajectories.models import (
    AFTER_DEATH,
    AT_A_DISTANCE,
    USUAL_KIND_BY_ROLE,
    Contact,
    ContactKind,
    EmployerPerson,
    Location,
    Purpose,
)

USUAL_MINUTES = (15, 30, 45, 60)
OTHER_MINUTES = "other"
YES_NO_OR_NOTHING = {True: YES, False: NO, None: ""}
WITH_EMPLOYER = f"kind:{ContactKind.WERKGEVER}"
OF_EMPLOYERS = ("purpose", "person_name", "agreed")


class ContactForm(PicksClient, NamesEmployer, AsksOnce):
    """Everything about one contact. What is `unknown` of an imported one may stay so."""

    doubts: ClassVar = {"minutes_other": doubt_about_minutes}
    kind = forms.ChoiceField(label=_("About"), choices=ContactKind.choices, widget=chips())
    employer_name = employer_name_field(required=False, show_if=WITH_EMPLOYER, with_people=True)
    purpose = forms.ChoiceField(
        label=_("What was it for?"),
        required=False,
        choices=Purpose.choices,
        widget=chips(show_if=WITH_EMPLOYER),
    )
    person_name = field_of(
        EmployerPerson,
        "name",
        label=_("With whom"),
        required=False,
        widget=forms.TextInput(
            attrs={"list": "employer-people", "autocomplete": "off", "data-show-if": WITH_EMPLOYER}
        ),
        help_text=_("Somebody who stands with this employer. May stay empty."),
    )
    hiring_manager = forms.BooleanField(
        label=_("Spoke with somebody who decides on hiring"),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-show-if": WITH_EMPLOYER}),
    )
    client_is_named = yes_no_field(
        _("Does the employer know who it is about?"),
        required=False,
        show_if=f"kind:{ContactKind.WERKGEVER} client:*",
        help_text=_("Yes only when the client has said so, and that is on record."),
    )
    location = forms.ChoiceField(label=_("Where"), choices=Location.choices, widget=chips())
    occurred_at = MomentField(label=_("When"))
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
        widget=forms.TextInput(attrs={"data-show-if": f"minutes:{OTHER_MINUTES}"}),
    )
    face_to_face = yes_no_field(
        _("Seen in person?"),
        help_text=_("A telephone or video call never counts as seen in person."),
        follows=f"{NO} location:{','.join(AT_A_DISTANCE)}",
    )
    agreed = text_field(
        _("What was agreed with the employer"),
        rows=2,
        help_text=_("Every colleague who finds this employer reads it: name no client."),
        show_if=f"{WITH_EMPLOYER} client:",
    )
    note = text_field(_("What"), rows=3, help_text=_("One line is enough. You can dictate."))

    def __init__(
        self,
        *args,
        clients: QuerySet[Client],
        user: User,
        client: Client | None = None,
        unknown: Sequence[str] = (),
        is_new: bool = True,
        **kwargs,
    ):
        super().__init__(*args, clients=clients, user=user, **kwargs)
        self.unknown = unknown
        self.is_new = is_new
        cast(MomentField, self.fields["occurred_at"]).standing = self.initial.get("occurred_at")
        for name in unknown:
            self.fields[name].required = False
        if client is None or not client.is_deceased:
            kinds = [one for one in ContactKind.choices if one[0] != AFTER_DEATH]
            cast(forms.ChoiceField, self.fields["kind"]).choices = kinds
        self.fields["client"].help_text = _(
            "Leave empty for a contact with an employer that is not about one client."
        )

    def clean_hiring_manager(self) -> bool | None:
        """A box that nobody ticked is no answer where nobody knows it."""
        is_ticked = self.cleaned_data["hiring_manager"]
        return is_ticked if is_ticked or "hiring_manager" not in self.unknown else None

    def clean(self) -> dict:
        facts = super().clean()
        if facts.get("location") in AT_A_DISTANCE:
            facts["face_to_face"] = False
        facts["minutes"] = self._minutes(facts.get("minutes"), facts.pop("minutes_other", None))
        if facts.get("kind") != ContactKind.WERKGEVER:
            facts["employer_name"] = self._employer_that_was_there(facts.get("kind"))
            facts["hiring_manager"] = None
            facts |= dict.fromkeys(OF_EMPLOYERS, "")
        facts["client_is_named"] = self._is_named(facts)
        if facts.get("agreed") and facts.get("client"):
            text = _("This is about one client: write it under What, for those who may read the file.")
            self.add_error("agreed", text)
        self.settle_employer(facts)
        self._tell_of_colleague(facts)
        return facts

    def _tell_of_colleague(self, facts: dict) -> None:
        """Joris was here on Monday: said once, before it is saved."""
        name, at = facts.get("employer_name"), facts.get("occurred_at")
        if (
            facts.get("kind") != ContactKind.WERKGEVER
            or not name
            or at is None
            or not self._is_another_visit()
        ):
            return
        visit = visit_by_colleague(user=self.user, employer_name=name, at=at)
        if visit is not None:
            text = _("%(colleague)s was at %(employer)s on %(day)s. Do you know of each other?")
            day = day_text(timezone.localdate(visit.occurred_at), "l j F")
            said = {"colleague": visit.staff, "employer": visit.employer, "day": day}
            self.ask_once(text % said)

    def _is_another_visit(self) -> bool:
        """Whether anything of who, when and what kind changed: words alone ask nothing again."""
        asked = [self[name] for name in ("employer_name", "occurred_at", "kind")]
        return self.is_new or any(one.field.has_changed(one.initial, one.data) for one in asked)

    def _is_named(self, facts: dict) -> bool | None:
        """Asked only where an employer could hear about somebody."""
        if facts.get("kind") != ContactKind.WERKGEVER or facts.get("client") is None:
            return None
        must_answer = "client_is_named" not in self.unknown
        if facts.get("client_is_named") is None and must_answer and "client_is_named" not in self.errors:
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


def empty_contact(
    *, user: User, client: Client | None = None, kind: str = "", employer_name: str = ""
) -> dict:
    """Sensible values for a new contact: now, this client, the usual subject of this profession."""
    usual = USUAL_KIND_BY_ROLE.get(user.role, "")
    if client and client.is_deceased:
        usual, kind = AFTER_DEATH, ""
    return {
        "client": client.public_id if client else "",
        "kind": kind if kind in ContactKind.values else usual,
        "employer_name": employer_name,
        "location": Location.ELDERS if kind != ContactKind.WERKGEVER else Location.WERKPLEK,
        "occurred_at": timezone.localtime().replace(second=0, microsecond=0),
        "minutes": "30",
        "face_to_face": YES,
        "client_is_named": "no",
    }


def contact_as_planned(planned: Planned) -> dict:
    """What an appointment says of the contact that it became."""
    appointment, minutes = planned.appointment, planned.minutes
    is_chip = minutes is None or minutes in USUAL_MINUTES
    location = appointment.location
    facts: dict[str, object] = {
        "minutes": (str(minutes) if minutes else "") if is_chip else OTHER_MINUTES,
        "minutes_other": None if is_chip else minutes,
        "face_to_face": NO if location in AT_A_DISTANCE else YES,
    }
    if not planned.is_all_day:
        facts["occurred_at"] = planned.starts
    if location:
        facts["location"] = location
    if appointment.employer is not None:
        facts |= {"kind": ContactKind.WERKGEVER, "employer_name": appointment.employer.name}
    return facts


def contact_as_typed(contact: Contact) -> dict:
    """The values with which a form shows a contact that is there already."""
    minutes = str(contact.minutes or "")
    return {
        "client": contact.client.public_id if contact.client else "",
        "kind": contact.kind,
        "employer_name": contact.employer.label if contact.employer else "",
        "purpose": contact.purpose,
        "person_name": contact.person.name if contact.person else "",
        "agreed": contact.agreed,
        "hiring_manager": contact.hiring_manager,
        "location": contact.location,
        "occurred_at": timezone.localtime(contact.occurred_at),
        "minutes": minutes if minutes in map(str, USUAL_MINUTES) or not minutes else OTHER_MINUTES,
        "minutes_other": contact.minutes,
        "face_to_face": YES_NO_OR_NOTHING[contact.face_to_face],
        "client_is_named": _named_as_typed(contact),
        "note": contact.note,
    }


def unknown_of(contact: Contact) -> list[str]:
    """The names of the fields that nobody has answered for this contact."""
    names = ("location", "face_to_face", "hiring_manager", "client_is_named")
    return [name for name in names if getattr(contact, name) in (None, "")]


def _named_as_typed(contact: Contact) -> str:
    """No for a new employer contact; nothing chosen for an imported one, of which nobody knows."""
    if contact.client_is_named is None and contact.kind != ContactKind.WERKGEVER:
        return "no"
    return YES_NO_OR_NOTHING[contact.client_is_named]

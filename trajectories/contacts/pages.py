"""Contacts as lines of a time line, and what each kind looks like."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.models import User
from trajectories import permissions
from trajectories.models import Contact, ContactKind


@dataclass(frozen=True, slots=True)
class KindLook:
    """Beside the label that the kind has itself: its icon, and the class of its dots in journey.css."""

    icon: str
    css: str = ""


LOOKS = {
    ContactKind.WERK: KindLook("briefcase", "journey-contact-work"),
    ContactKind.STEUN: KindLook("cup-hot", "journey-contact-support"),
    ContactKind.WERKGEVER: KindLook("building", "journey-contact-employer"),
    ContactKind.GROEP: KindLook("people"),
    ContactKind.OVERLEG: KindLook("chat"),
    ContactKind.NAZORG: KindLook("flower1"),
}


@dataclass(frozen=True, slots=True)
class ContactLine:
    title: str
    when: datetime
    meta: str
    text: str
    icon: str
    correct_url: str | None
    withdraw_url: str | None


def contact_lines(contacts: Iterable[Contact], *, user: User) -> list[ContactLine]:
    """Lines for `user`, who may correct their own."""
    return [_line(contact, user) for contact in contacts]


def _line(contact: Contact, user: User) -> ContactLine:
    may_correct = permissions.can_correct_contact(user, contact)
    may_withdraw = permissions.can_withdraw_contact(user, contact)
    title = str(contact.get_kind_display()).capitalize()
    return ContactLine(
        title=f"{title} · {contact.employer.name}" if contact.employer else title,
        when=timezone.localtime(contact.occurred_at),
        meta=" · ".join(part for part in _meta(contact) if part),
        text=contact.note,
        icon=LOOKS[ContactKind(contact.kind)].icon,
        correct_url=reverse("trajectories:contact_correct", args=[contact.public_id])
        if may_correct
        else None,
        withdraw_url=reverse("trajectories:contact_withdraw", args=[contact.public_id])
        if may_withdraw
        else None,
    )


def _meta(contact: Contact) -> list[str]:
    author = contact.staff
    return [
        f"{author.short_name} ({author.role_abbreviation})" if author else _("author unknown"),
        str(contact.get_location_display()) if contact.location else "",
        _("%(minutes)s min") % {"minutes": contact.minutes} if contact.minutes else "",
        _("not in person") if contact.face_to_face is False else "",
        str(contact.get_purpose_display()) if contact.purpose else "",
        _("with %(person)s") % {"person": contact.person} if contact.person else "",
        _("with somebody who decides on hiring") if contact.hiring_manager else "",
        _("the employer knows who it is about") if contact.client_is_named else "",
    ]

"""What the page of an employer says: facts, people, contacts. Nothing of care."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day
from staff.models import User
from trajectories.models import Contact, ContactKind, Employer, EmployerMerge, EmployerPerson


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact in the time line of an employer."""

    title: str
    when: datetime
    meta: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody who works there, with how to reach them and where to change it."""

    name: str
    meta: str
    phone: str
    email: str
    correct_url: str
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class MergeLine:
    """An employer that was merged into another one, and where to take that apart."""

    name: str
    meta: str
    unmerge_url: str


def merge_lines(merges: Iterable[EmployerMerge]) -> list[MergeLine]:
    """Merges that can still be taken apart."""
    return [
        MergeLine(
            name=merge.source.label,
            meta=_("%(day)s, by %(person)s") % {"day": day(merge.merged_at), "person": merge.merged_by},
            unmerge_url=reverse("trajectories:employer_unmerge", args=[merge.public_id]),
        )
        for merge in merges
    ]


def employer_facts(employer: Employer) -> list[tuple[str, str]]:
    """What is known of an employer besides name and place, with its words; the unknown is left out."""
    facts = [
        (_("KvK number"), employer.kvk_number),
        (_("Sector"), str(employer.get_sector_display()) if employer.sector else ""),
        (_("How to reach"), employer.how_to_reach),
    ]
    return [(label, value) for label, value in facts if value]


def person_lines(people: Iterable[EmployerPerson]) -> list[PersonLine]:
    """The people of one employer."""
    return [
        PersonLine(
            name=person.name,
            meta=" · ".join(
                filter(None, [person.function, _("decides on hiring") if person.decides_on_hiring else ""])
            ),
            phone=person.phone,
            email=person.email,
            correct_url=reverse("trajectories:employer_person_correct", args=[person.public_id]),
            withdraw_url=reverse("trajectories:employer_person_withdraw", args=[person.public_id]),
        )
        for person in people
    ]


def contact_lines(contacts: Iterable[Contact], *, user: User) -> list[ContactLine]:
    """Contacts for `user`: the author alone reads a note about no client, all what was agreed."""
    return [_line(contact, user) for contact in contacts]


def _line(contact: Contact, user: User) -> ContactLine:
    client, author = contact.client, contact.staff
    is_readable = client is not None or contact.staff_id == user.pk
    return ContactLine(
        title=client.list_name if client else _("Not about one client"),
        when=timezone.localtime(contact.occurred_at),
        meta=" · ".join(filter(None, [str(author or ""), _purpose(contact), _with_whom(contact)])),
        text="\n".join(filter(None, [contact.agreed, contact.note if is_readable else ""])),
        url=reverse("trajectories:client_contacts", args=[client.public_id]) if client else None,
    )


def _purpose(contact: Contact) -> str:
    is_visit = contact.kind == ContactKind.WERKGEVER
    return str(contact.get_purpose_display()) if contact.purpose and is_visit else ""


def _with_whom(contact: Contact) -> str:
    return _("with %(person)s") % {"person": contact.person} if contact.person else ""

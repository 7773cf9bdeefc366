"""Contacts: written once, whatever the connection does; corrected only by their author."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.errors import RuleError
from ipsplatform.common.identity import plain_name
from ipsplatform.common.numbers import next_number
from ipsplatform.common.periods import EARLIEST
from staff.audit import services as audit
from staff.models import User
from trajectories.agenda.selectors import Planned
from trajectories.agenda.services import keep_appointment
from trajectories.disclosure.selectors import may_be_named
from trajectories.employers.services import find_or_create_employer
from trajectories.models import (
    ABOUT_SEVERAL,
    AFTER_DEATH,
    Contact,
    ContactAction,
    ContactKind,
    Employer,
    EmployerPerson,
)

# A clock that runs a little ahead is no reason to refuse somebody's note.
CLOCK_TOLERANCE = timedelta(minutes=5)


class ContactFacts(TypedDict, total=False):
    """What may be said of a contact besides who, when and what kind; what is left out was not said."""

    minutes: int | None
    face_to_face: bool | None
    location: str
    hiring_manager: bool | None
    purpose: str
    agreed: str
    client_is_named: bool | None
    note: str


def write_contact(
    *,
    public_id: uuid.UUID,
    client: Client | None,
    kind: str,
    occurred_at: datetime,
    by: User,
    employer_name: str = "",
    person_name: str = "",
    **facts: Unpack[ContactFacts],
) -> Contact:
    """Write a contact. `public_id` comes with the form, so sending twice makes one contact.

    Raises RuleError for a time in the future, an employer contact without employer, a contact that names
    neither client nor employer, an employer who was told about somebody without that person's choice, and
    a form that somebody else sent.
    """
    contact = Contact(
        public_id=public_id, client=client, kind=kind, occurred_at=occurred_at, staff=by, **facts
    )
    try:
        return _write(contact, employer_name=employer_name, person_name=person_name, by=by)
    except (RuleError, ValidationError, IntegrityError):
        # The second click of two waits until the first has been written, is refused, and finds it.
        known = Contact.objects.filter(public_id=public_id).first()
        if known is None:
            raise
    return _own(known, by)


@transaction.atomic
def write_planned_contact(
    *, planned: Planned, write: Callable[..., Contact], by: User, **facts: Any
) -> Contact:
    """Write the contact of an appointment by `write`, and say that it took place: both or neither.

    Raises RuleError as `write_contact` does, and when it was told how the appointment went already.
    """
    contact = write(by=by, **facts)
    keep_appointment(appointment=planned.appointment, on=planned.original_on, by=by)
    return contact


@transaction.atomic
def _write(contact: Contact, *, employer_name: str, person_name: str, by: User) -> Contact:
    """All of it or nothing: of a contact that is refused no employer stays behind."""
    _refuse_contact(
        client=contact.client, kind=contact.kind, occurred_at=contact.occurred_at, employer_name=employer_name
    )
    contact.employer = find_or_create_employer(name=employer_name, by=by) if employer_name else None
    _name_person(contact, person_name)
    contact.contact_number = next_number(prefix="K", taken=Contact.objects.all(), field="contact_number")
    return _written(contact, by=by)


@transaction.atomic
def correct_contact(
    *, contact: Contact, by: User, employer_name: str = "", person_name: str = "", **facts: object
) -> Contact:
    """Correct a contact; the earlier values are kept in the audit line.

    Raises RuleError as `write_contact` does.
    """
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    now = contact.employer
    employer = find_or_create_employer(name=employer_name, by=by, now=now) if employer_name else None
    person = _person_named(employer, person_name)
    facts |= {"employer": employer, "person": person}
    if person is not None and person.decides_on_hiring:
        facts["hiring_manager"] = True
    changes = audit.differences(contact, **facts)
    if not changes:
        return contact
    named_before = (contact.client_id, contact.employer_id) if contact.client_is_named else None
    for field, value in facts.items():
        setattr(contact, field, value)
    _refuse_contact(
        client=contact.client, kind=contact.kind, occurred_at=contact.occurred_at, employer_name=employer_name
    )
    if named_before != (contact.client_id, contact.employer_id):
        _refuse_naming(contact)
    return audit.save(contact, by=by, action=ContactAction.CORRECTED, fields=facts, changes=changes)


@transaction.atomic
def withdraw_contact(*, contact: Contact, reason: str, by: User) -> None:
    """Take back a contact that was not had, or not with this client; the log and the history keep it."""
    audit.withdraw(audit.locked(contact), reason=reason, by=by)


def _name_person(contact: Contact, name: str) -> None:
    """Whoever is known to decide on hiring, did so on that day as well."""
    contact.person = _person_named(contact.employer, name)
    if contact.person is not None and contact.person.decides_on_hiring:
        contact.hiring_manager = True


def _person_named(employer: Employer | None, name: str) -> EmployerPerson | None:
    if not (name := plain_name(name)):
        return None
    people = EmployerPerson.objects.filter(employer=employer, name__iexact=name).order_by("pk")
    if (found := people.first()) is None:
        text = _("Nobody of this name is known at this employer. Add the person there, or leave this empty.")
        raise RuleError(text, field="person_name")
    return found


def _own(known: Contact, by: User) -> Contact:
    if known.staff_id != by.pk:
        raise RuleError(
            _("This form was used before. Open a new one for this contact; copy your text first.")
        )
    return known


def _written(contact: Contact, *, by: User) -> Contact:
    if contact.kind != ContactKind.WERKGEVER:
        contact.hiring_manager = None
    _refuse_naming(contact)
    return audit.save(contact, by=by, action=ContactAction.WRITTEN)


def _refuse_naming(contact: Contact) -> None:
    """The employer may know only after the client has said so (security.md, point 10)."""
    if not contact.client_is_named or contact.client is None or contact.employer is None:
        return
    day = timezone.localtime(contact.occurred_at).date()
    if not may_be_named(client=contact.client, employer=contact.employer, day=day):
        raise RuleError(
            _(
                "%(employer)s may not know who it is about: the client had not said yes "
                "by that day. Record the client's choice first, or keep it anonymous."
            )
            % {"employer": contact.employer},
            field="client_is_named",
        )


def refuse_outside_life(*, client: Client | None, kind: str, day: date) -> None:
    """Raise RuleError for a contact from before the birth or after the death of a client.

    After the death one kind goes on: aftercare for relatives. It begins there.
    """
    if client is None:
        return
    if client.birth_date and day < client.birth_date:
        raise RuleError(_("This is before the client was born. Is the year right?"), field="occurred_at")
    has_died = client.died_on is not None and client.died_on <= day
    if kind == AFTER_DEATH and not has_died:
        raise RuleError(_("Aftercare for relatives begins after the death of a client."), field="kind")
    if kind != AFTER_DEATH and client.died_on is not None and client.died_on < day:
        text = _("This client has died. After the day of the death only aftercare for relatives is written.")
        raise RuleError(text, field="kind")


def _refuse_contact(*, client: Client | None, kind: str, occurred_at: datetime, employer_name: str) -> None:
    if occurred_at.year < EARLIEST.year:
        raise RuleError(_("This date is too far in the past. Is the year right?"), field="occurred_at")
    if occurred_at > timezone.now() + CLOCK_TOLERANCE:
        raise RuleError(
            _("This time is in the future. Write the contact once it has been."), field="occurred_at"
        )
    if kind == ContactKind.WERKGEVER and not employer_name:
        raise RuleError(_("Say which employer this contact was with."), field="employer_name")
    refuse_outside_life(client=client, kind=kind, day=timezone.localdate(occurred_at))
    if client is None and kind not in (ContactKind.WERKGEVER, *ABOUT_SEVERAL):
        raise RuleError(_("Choose the client whom this contact was with."), field="client")

"""Employers, found by name or made, and corrected."""

from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.identity import plain_name
from ipsplatform.common.locks import lock_for_transaction
from staff.audit import services as audit
from staff.models import User
from staff.permissions import Ability, has_ability
from trajectories.choosing.selectors import employers_named
from trajectories.models import Contact, Employer, EmployerAction, EmployerPerson, EmployerPersonAction

WAIT_FOR_THE_OTHER = 10


class EmployerDetails(TypedDict, total=False):
    """What may be known of a shared employer besides its name."""

    municipality: str
    kvk_number: str
    sector: str
    how_to_reach: str


class PersonFacts(TypedDict, total=False):
    """What may be known of somebody at an employer besides the name; what is left out is unknown."""

    function: str
    decides_on_hiring: bool | None
    phone: str
    email: str


@transaction.atomic
def find_or_create_employer(*, name: str, by: User | None, now: Employer | None = None) -> Employer:
    """The employer of this name, whatever its capitals and spaces; created when there is none yet. The place
    may stand behind the name. `now` stands there already: it stays as long as it is named.

    Of employers whom `by` may not know (ADR 42) only one that looks as a new one would is the same: then
    nothing shows that it was there. With another spelling or a place it would, so a second row is made;
    an administrator, who knows all, gives one of them another name. Without `by` all are known: an import.
    Raises RuleError when the name is empty.
    """
    name = plain_name(name)
    if not name:
        raise RuleError(_("Give the name of the employer."), field="employer_name")
    is_still = now is not None and name.lower() in (now.name.lower(), now.label.lower())
    known = now if is_still else _known(name, by)
    return _as_it_is_now(known) if known else _make_employer(name, by)


@transaction.atomic
def record_employer(*, name: str, by: User, **details: Unpack[EmployerDetails]) -> Employer:
    """Make an employer that every team finds: nobody's file is involved. Raises RuleError for one that is
    shared already; one that others know and did not share is another row, so that nothing tells of it.
    """
    employer = Employer(name=plain_name(name), is_shared=True, **details)
    _refuse_shared_name(employer)
    return audit.save(employer, by=by, action=EmployerAction.RECORDED)


def correct_employer(*, employer: Employer, by: User, **facts: object) -> Employer:
    """Correct what is known of an employer; the earlier values are kept in the audit line.

    Raises RuleError for a shared employer with the name and place of another one.
    """
    facts = facts | ({"name": plain_name(str(facts["name"]))} if "name" in facts else {})
    return audit.correct(
        target=employer, action=EmployerAction.CORRECTED, by=by, facts=facts, check=_refuse_shared_name
    )


@transaction.atomic
def add_person(*, employer: Employer, name: str, by: User, **facts: Unpack[PersonFacts]) -> EmployerPerson:
    """Add somebody who works at an employer. Raises RuleError when not every team finds the employer."""
    if not audit.locked(employer).is_shared:
        raise RuleError(_("Share the employer with all teams first."))
    person = EmployerPerson(employer=employer, name=name, **facts)
    return audit.save(person, by=by, action=EmployerPersonAction.ADDED)


def correct_person(*, person: EmployerPerson, by: User, **facts: object) -> EmployerPerson:
    """Correct what is known of somebody at an employer; the earlier values are kept."""
    return audit.correct(target=person, action=EmployerPersonAction.CORRECTED, by=by, facts=facts)


@transaction.atomic
def withdraw_person(*, person: EmployerPerson, reason: str, by: User) -> None:
    """Remove somebody who left or does not want to be listed here; contacts then name nobody."""
    person = audit.locked(person)
    for contact in Contact.objects.filter(person=person).select_for_update(of=("self",)):
        audit.touch(contact)
        contact.person = None
        contact.save(update_fields=["person"])
    audit.withdraw(person, reason=reason, by=by)


@transaction.atomic
def share_employer(*, employer: Employer, by: User) -> Employer:
    """Let every team find the name and the place of this employer. Idempotent.

    Raises RuleError when another one of this name and place is shared already.
    """
    facts = {"is_shared": True}
    return audit.correct(
        target=employer, action=EmployerAction.SHARED, by=by, facts=facts, check=_refuse_shared_name
    )


def _as_it_is_now(employer: Employer) -> Employer:
    """Locked until what names it is saved: when two are merged at this moment, the one that is left."""
    row = Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)
    return row.merged_into or row


def _refuse_shared_name(employer: Employer) -> None:
    """With its place, and whatever the capitals. Without this two spellings would stand in every list."""
    same = Employer.objects.filter(
        is_shared=True,
        merged_into=None,
        name__iexact=employer.name,
        municipality__iexact=employer.municipality,
    )
    if employer.is_shared and same.exclude(pk=employer.pk).exists():
        raise RuleError(
            _("There is already an employer with this name. Add the place if it is another one."),
            field="name",
        )


def _known(name: str, by: User | None) -> Employer | None:
    """The name may be followed by the place. Of several the one that every team finds."""
    named = employers_named(name).order_by("-is_shared", "name", "municipality", "pk")
    if by is None or has_ability(by, Ability.ADMINISTER):
        return named.first()
    seen = named.visible_to(by).first()
    return seen or Employer.objects.filter(name=name, municipality="", merged_into=None).first()


def _make_employer(name: str, by: User | None) -> Employer:
    # Two who name the same new employer at the same moment: the second finds that of the first.
    lock_for_transaction(f"employer {name.lower()}", wait_seconds=WAIT_FOR_THE_OTHER)
    if known := _known(name, by):
        return known
    employer = Employer(name=name)
    return audit.save(employer, by=by, action=EmployerAction.RECORDED)

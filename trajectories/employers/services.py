"""Employers, found by name or made, and corrected."""

from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.locks import lock_for_transaction
from staff.audit import services as audit
from staff.models import User
from staff.permissions import Ability, has_ability
from trajectories.models import Employer, EmployerAction

WAIT_FOR_THE_OTHER = 10


@transaction.atomic
def find_or_create_employer(*, name: str, by: User | None) -> Employer:
    """The employer of this name, whatever its capitals and spaces; created when there is none yet.

    Of employers whom `by` may not know (ADR 42) only one that looks as a new one would is the same: then
    nothing shows that it was there. With another spelling or a place it would, so a second row is made;
    an administrator, who knows all, gives one of them another name. Without `by` all are known: an import.
    Raises RuleError when the name is empty.
    """
    name = " ".join(name.split())
    if not name:
        raise RuleError(_("Give the name of the employer."), field="employer_name")
    return _known(name, by) or _make_employer(name, by)


def correct_employer(*, employer: Employer, by: User, **facts: object) -> Employer:
    """Correct the name or place of an employer; the earlier values are kept in the audit line."""
    return audit.correct(target=employer, action=EmployerAction.CORRECTED, by=by, facts=facts)


@transaction.atomic
def share_employer(*, employer: Employer, by: User) -> Employer:
    """Let every team find the name and the place of this employer. Idempotent."""
    return audit.correct(target=employer, action=EmployerAction.SHARED, by=by, facts={"is_shared": True})


def _known(name: str, by: User | None) -> Employer | None:
    named = Employer.objects.filter(name__iexact=name)
    if by is None or has_ability(by, Ability.ADMINISTER):
        return named.first()
    seen = named.visible_to(by).first()
    return seen or Employer.objects.filter(name=name, municipality="").first()


def _make_employer(name: str, by: User | None) -> Employer:
    # Two who name the same new employer at the same moment: the second finds that of the first.
    lock_for_transaction(f"employer {name.lower()}", wait_seconds=WAIT_FOR_THE_OTHER)
    if known := _known(name, by):
        return known
    employer = Employer(name=name)
    return audit.save(employer, by=by, action=EmployerAction.RECORDED)

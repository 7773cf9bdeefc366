"""Employers, found by name or made, and corrected."""

from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.common.locks import lock_for_transaction
from staff.audit import services as audit
from staff.models import User
from trajectories.models import Employer, EmployerAction

WAIT_FOR_THE_OTHER = 10


@transaction.atomic
def find_or_create_employer(*, name: str, by: User | None) -> Employer:
    """The employer of this name, whatever its capitals and spaces; created when there is none yet.

    Raises RuleError when the name is empty.
    """
    name = " ".join(name.split())
    if not name:
        raise RuleError(_("Give the name of the employer."), field="employer_name")
    return _known(name) or _make_employer(name, by)


def correct_employer(*, employer: Employer, by: User, **facts: object) -> Employer:
    """Correct the name or place of an employer; the earlier values are kept in the audit line."""
    return audit.correct(target=employer, action=EmployerAction.CORRECTED, by=by, facts=facts)


@transaction.atomic
def share_employer(*, employer: Employer, by: User) -> Employer:
    """Let every team find the name and the place of this employer. Idempotent."""
    return audit.correct(target=employer, action=EmployerAction.SHARED, by=by, facts={"is_shared": True})


def _known(name: str) -> Employer | None:
    return Employer.objects.filter(name__iexact=name).first()


def _make_employer(name: str, by: User | None) -> Employer:
    # Two who name the same new employer at the same moment: the second finds that of the first.
    lock_for_transaction(f"employer {name.lower()}", wait_seconds=WAIT_FOR_THE_OTHER)
    if known := _known(name):
        return known
    employer = Employer(name=name)
    return audit.save(employer, by=by, action=EmployerAction.RECORDED)

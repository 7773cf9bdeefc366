"""Employers, found by name or made, and corrected."""

from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import User
from staff.services import audit
from staff.services.correction import correct
from trajectories.models import Employer


@transaction.atomic
def find_or_create_employer(*, name: str, by: User | None) -> Employer:
    """The employer of this name, whatever its capitals and spaces; made when there is none yet.

    Raises RuleError when the name is empty.
    """
    name = " ".join(name.split())
    if not name:
        raise RuleError(_("Give the name of the employer."), field="employer_name")
    known = Employer.objects.filter(name__iexact=name).first()
    if known is not None:
        return known
    employer = Employer(name=name)
    employer.full_clean()
    employer.save()
    audit.record(by=by, action="employer_recorded", target=employer)
    return employer


def correct_employer(*, employer: Employer, by: User, **facts: object) -> Employer:
    """Correct the name or place of an employer; what stood there is kept in the audit line."""
    return correct(target=employer, action="employer_corrected", by=by, facts=facts)

"""Employers, found by name or made."""

from django.db import transaction
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.models import User
from staff.services import audit
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

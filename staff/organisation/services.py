"""Fill in and correct whose installation this is."""

from django.db import transaction

from staff.audit import services as audit
from staff.models import Organisation, OrganisationAction, User


@transaction.atomic
def name_organisation(*, name: str, questions_to: str, by: User) -> Organisation:
    """Write down the organisation, once. Raises ValidationError when there is one already."""
    organisation = Organisation(name=name, questions_to=questions_to)
    return audit.save(organisation, by=by, action=OrganisationAction.NAMED)


def correct_organisation(*, organisation: Organisation, by: User, **facts: object) -> Organisation:
    """Correct the name or whom clients ask; the old values are kept in the audit line."""
    return audit.correct(target=organisation, action=OrganisationAction.CORRECTED, by=by, facts=facts)

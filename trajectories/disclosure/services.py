"""The client's choice per employer: record it, take it back."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from clients.models import Client
from clients.sharing.services import take_back
from ipsplatform.common.periods import refuse_future
from staff.audit import services as audit
from staff.models import User
from trajectories.employers.services import find_or_create_employer
from trajectories.models import DisclosureAction, DisclosureChoice, Employer


@transaction.atomic
def choose_disclosure(
    *,
    client: Client,
    employer_name: str,
    may_know: bool,
    by: User,
    client_words: str = "",
    given_on: date | None = None,
) -> DisclosureChoice:
    """Record whether this employer may know; it replaces the earlier choice.

    Raises RuleError for a day in the future and an employer without a name.
    """
    given_on = given_on or timezone.localdate()
    refuse_future(given_on, field="given_on")
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    employer = find_or_create_employer(name=employer_name, by=by)
    said = {"may_know": may_know, "client_words": client_words}
    before = _standing(client, employer)
    if before and not audit.differences(before, **said):
        return before
    if before is not None:
        take_back(before, action=DisclosureAction.WITHDRAWN, by=by)
    choice = DisclosureChoice(client=client, employer=employer, given_on=given_on, recorded_by=by, **said)
    return audit.save(choice, by=by, action=DisclosureAction.CHOSEN)


@transaction.atomic
def withdraw_disclosure(*, choice: DisclosureChoice, by: User) -> DisclosureChoice:
    """Withdraw a choice from this moment on: back to not asked, so no. Idempotent."""
    choice = DisclosureChoice.objects.select_for_update(of=("self",)).get(pk=choice.pk)
    return take_back(choice, action=DisclosureAction.WITHDRAWN, by=by)


def _standing(client: Client, employer: Employer) -> DisclosureChoice | None:
    choices = DisclosureChoice.objects.standing().select_for_update(of=("self",))
    return choices.filter(client=client, employer=employer).first()

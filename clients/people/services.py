"""Register and correct clients."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from clients.following.services import assign
from clients.models import Client, ClientAction
from clients.people.facts import refuse_birth_of
from clients.people.given_numbers import ask_about_number, refuse_number
from ipsplatform.common.identity import plain_client_number
from ipsplatform.common.numbers import next_number
from ipsplatform.common.partial_dates import PartialDate, as_partial, columns_of
from ipsplatform.common.periods import refuse_future
from staff.audit import services as audit
from staff.models import CASEWORK_ROLES, Team, User


class ClientFacts(TypedDict, total=False):
    """What may be known of a person beside the last name; what is left out is unknown."""

    first_name: str
    name_prefix: str
    birth_name: str
    birth_date: PartialDate | date | None
    team: Team | None
    municipality: str
    phone: str
    email: str


class CorrectedFacts(ClientFacts, total=False):
    """What may be corrected: also the number and the last name."""

    client_number: str
    last_name: str


@transaction.atomic
def register_client(
    *,
    last_name: str,
    client_number: str = "",
    is_new_number: bool = True,
    by: User,
    **facts: Unpack[ClientFacts],
) -> Client:
    """Register a person. A caseworker who registers somebody follows that person from today.

    Raises RuleError for a birth date in the future, NumberRefusedError for a number that somebody else has
    or had, RuleError for one with look-alikes of letters, and for one that looks like another client's
    unless it `is_new_number`.
    """
    _refuse_birth(facts)
    if client_number:
        refuse_number(client_number)
        if not is_new_number:
            ask_about_number(client_number, by=by)
    else:
        client_number = next_number(prefix="C", taken=Client.objects.all(), field="client_number")
    columns = columns_of(Client, facts)
    client = Client(client_number=client_number, last_name=last_name, **columns)
    audit.save(client, by=by, action=ClientAction.REGISTERED)
    if by.role in CASEWORK_ROLES:
        assign(client=client, user=by, role=by.role, by=by)
    return client


@transaction.atomic
def correct_client(
    *, client: Client, by: User, is_new_number: bool = True, **facts: Unpack[CorrectedFacts]
) -> Client:
    """Change facts about the person; the earlier values are kept in the audit line.

    Raises RuleError for a birth date in the future, or after something that is recorded of the client,
    NumberRefusedError for a number that somebody else has or had, RuleError for one with look-alikes of
    letters, and for one that looks like another client's unless it `is_new_number`.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    _refuse_birth(facts)
    if "client_number" in facts:
        facts["client_number"] = plain_client_number(facts["client_number"])
    changes = audit.differences(client, **facts)
    if not changes:
        return client
    if "client_number" in changes:
        refuse_number(facts["client_number"], besides=client)
        if not is_new_number:
            ask_about_number(facts["client_number"], by=by, besides=client)
    if "birth_date" in changes:
        refuse_birth_of(client, as_partial(facts["birth_date"]))
    columns = columns_of(Client, facts)
    for field, value in columns.items():
        setattr(client, field, value)
    return audit.save(client, by=by, action=ClientAction.CORRECTED, fields=columns, changes=changes)


def _refuse_birth(facts: ClientFacts) -> None:
    """Read the date of birth in `facts` as one that may be known in part; it never lies ahead of today."""
    if "birth_date" not in facts:
        return
    birth = facts["birth_date"] = as_partial(facts["birth_date"])
    refuse_future(birth.earliest if birth else None, field="birth_date")

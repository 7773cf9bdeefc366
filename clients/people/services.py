"""Register and correct clients."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from clients.following.services import assign
from clients.models import Client, ClientAction
from clients.people.given_numbers import refuse_number
from ipsplatform.common.numbers import next_number
from ipsplatform.common.periods import refuse_future
from staff.audit import services as audit
from staff.models import CASEWORK_ROLES, Team, User


class ClientFacts(TypedDict, total=False):
    """What may be known of a person beside the last name; what is left out is unknown."""

    first_name: str
    name_prefix: str
    birth_date: date | None
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
    *, last_name: str, client_number: str = "", by: User, **facts: Unpack[ClientFacts]
) -> Client:
    """Register a person. A caseworker who registers somebody follows that person from today.

    Raises RuleError for a birth date in the future, NumberRefusedError for a number that somebody else has
    or had, RuleError for one with look-alikes of letters.
    """
    refuse_future(facts.get("birth_date"), field="birth_date")
    if client_number:
        refuse_number(client_number)
    else:
        client_number = next_number(prefix="C", taken=Client.objects.all(), field="client_number")
    client = Client(client_number=client_number, last_name=last_name, **facts)
    audit.save(client, by=by, action=ClientAction.REGISTERED)
    if by.role in CASEWORK_ROLES:
        assign(client=client, user=by, role=by.role, by=by)
    return client


@transaction.atomic
def correct_client(*, client: Client, by: User, **facts: Unpack[CorrectedFacts]) -> Client:
    """Change facts about the person; the earlier values are kept in the audit line.

    Raises RuleError for a birth date in the future, NumberRefusedError for a number that somebody else has
    or had, RuleError for one with look-alikes of letters.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    refuse_future(facts.get("birth_date"), field="birth_date")
    changes = audit.differences(client, **facts)
    if not changes:
        return client
    if "client_number" in changes:
        refuse_number(facts["client_number"], besides=client)
    for field, value in facts.items():
        setattr(client, field, value)
    return audit.save(client, by=by, action=ClientAction.CORRECTED, fields=facts, changes=changes)

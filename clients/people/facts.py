"""What is recorded of a client on a day on which the client, as somebody now says, was not born yet."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common.declared import nouns_of_clients
from ipsplatform.common.errors import RuleError
from ipsplatform.common.partial_dates import PartialDate
from ipsplatform.common.periods import in_digits


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """The first of a kind; `text` names it in words, with its day."""

    day: date
    text: str


def first_facts(clients: Collection[int]) -> dict[int, Fact]:
    """Of each client the first thing that lies in a life, by primary key. A statement for each kind."""
    first: dict[int, Fact] = {}
    for model, client, field, words in _days_in_life():
        rows = model._base_manager.filter(**{f"{client}__in": clients}).order_by().values_list(client)
        for pk, found in rows.annotate(first=Min(field)):
            if found is not None:
                day = timezone.localdate(found) if isinstance(found, datetime) else found
                fact = Fact(day, words % {"day": in_digits(day)})
                first[pk] = min(first.get(pk, fact), fact)
    return first


def refuse_birth_after(fact: Fact | None, birth: PartialDate | None) -> None:
    """Raise RuleError when somebody would be born after something that is recorded of them."""
    if birth is not None and fact is not None and fact.day < birth.earliest:
        text = _("This is after %(fact)s, which is recorded of this client. Correct one of the two.")
        raise RuleError(text % {"fact": fact.text}, field="birth_date")


def refuse_birth_of(client: Client, birth: PartialDate | None) -> None:
    """Raise RuleError when `client` would be born after something that is recorded. Five statements."""
    if birth is not None:
        refuse_birth_after(first_facts([client.pk]).get(client.pk), birth)


def _days_in_life() -> Iterator[tuple[type[models.Model], str, str, str]]:
    for model, declared in nouns_of_clients().items():
        for field, words in declared.in_life.items():
            yield model, declared.client, field, str(words)

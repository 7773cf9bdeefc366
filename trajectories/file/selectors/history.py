"""Who changed what in a client's file, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast

from clients.models import Client
from ipsplatform.common.declared import OfClient, nouns_of_clients
from staff.models import AuditEvent

SHOWN_AT_FIRST = 20


@dataclass(frozen=True, slots=True)
class RowChange:
    """An audit line, and what names its row: a person, an employer, the code of a choice, or nothing."""

    event: AuditEvent
    named_by: models.Model | str | None


@dataclass(frozen=True, slots=True)
class ClientHistory:
    """The changes of a file, the latest first; `shows_all` when nothing was held back by asking for all."""

    changes: list[RowChange]
    has_more: bool
    shows_all: bool


def client_history(
    client: Client, *, show_all: bool = False, read: Iterable[models.Model] = ()
) -> ClientHistory:
    """The last changes of this client's file, or all of them.

    One statement when what names the lines is among the rows of this client that were `read` already. Else
    one more finds it, and one for people and one for employers when these name rows.
    """
    events = list(_events(client, show_all=show_all))
    names = {row.public_id: _name_in(row) for row in read}  # type: ignore[attr-defined]  # nouns have one
    names |= _names_of(client, [event for event in events if event.target_id not in names])
    changes = [RowChange(event, names.get(event.target_id)) for event in events]
    if show_all:
        return ClientHistory(changes, has_more=False, shows_all=True)
    return ClientHistory(changes[:SHOWN_AT_FIRST], has_more=len(changes) > SHOWN_AT_FIRST, shows_all=False)


def _name_in(row: models.Model) -> models.Model | str:
    return getattr(row, nouns_of_clients()[type(row)].named_by)


def _names_of(client: Client, events: list[AuditEvent]) -> dict[UUID, models.Model | str]:
    """What lines are about: the person assigned, the reason of an emergency, the stage, the employer."""
    sought: dict[str, set[UUID]] = {}
    for event in events:
        sought.setdefault(event.target_type, set()).add(event.target_id)
    fields: dict[UUID, Any] = {}
    parts: list[QuerySet] = []
    for model, declared in nouns_of_clients().items():
        ids = sought.get(model._meta.label_lower)
        if ids and declared.named_by:
            fields |= dict.fromkeys(ids, model._meta.get_field(declared.named_by))
            parts += _sought_in(model, declared, client, ids)
    if not parts:
        return {}
    written = {public_id: text for _there, public_id, text in sorted(parts[0].union(*parts[1:], all=True))}
    return _with_rows(written, fields)


def _sought_in(
    model: type[models.Model], declared: OfClient, client: Client, ids: set[UUID]
) -> Iterator[QuerySet]:
    """The code, or the key of the row, in the field that names each row: of rows that are there, and gone."""
    mine = {declared.client: client.pk, "public_id__in": ids}
    history = model.history.rel.related_model  # type: ignore[attr-defined]  # nouns have one
    gone = history.objects.filter(**mine, pgh_label="removed")
    for is_there, rows in ((False, gone), (True, model._base_manager.filter(**mine))):
        named = Cast(declared.named_by, models.TextField())
        yield rows.order_by().values_list(models.Value(is_there), "public_id", named)


def _with_rows(written: dict[UUID, str], fields: dict[UUID, Any]) -> dict[UUID, models.Model | str]:
    """The rows themselves for keys of people and employers."""
    found: dict[UUID, models.Model | str] = {}
    for field in set(fields.values()):
        texts = {public_id: text for public_id, text in written.items() if fields[public_id] == field}
        if field.is_relation and texts:
            rows = field.related_model._base_manager.in_bulk({int(text) for text in texts.values()})
            found |= {public_id: rows[int(text)] for public_id, text in texts.items()}
        else:
            found |= texts
    return found


def _events(client: Client, *, show_all: bool) -> QuerySet[AuditEvent]:
    """The audit lines about the client and about everything that belongs to the client, the latest first."""
    told = [model._meta.label_lower for model, noun in nouns_of_clients().items() if noun.in_history]
    events = AuditEvent.objects.filter(client_id=client.public_id, target_type__in=told)
    events = events.select_related("by").order_by("-at", "-pk")
    return events if show_all else events[: SHOWN_AT_FIRST + 1]

"""Who changed what in a client's file, and when."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from clients.models import Client
from ipsplatform.common.declared import AnyAction, OfClient, nouns_of_clients
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


def client_history(client: Client, *, show_all: bool = False) -> ClientHistory:
    """The last changes of this client's file, or all of them. Six statements."""
    events = list(_events(client, show_all=show_all))
    gone = {event.target_type for event in events if event.action in AnyAction}
    names = _names_in(client, gone)
    changes = [RowChange(event, names.get(event.target_id)) for event in events]
    if show_all:
        return ClientHistory(changes, has_more=False, shows_all=True)
    return ClientHistory(changes[:SHOWN_AT_FIRST], has_more=len(changes) > SHOWN_AT_FIRST, shows_all=False)


def _names_in(client: Client, gone: Collection[str]) -> dict[UUID, models.Model | str]:
    """What a line is about: the person assigned, the reason of an emergency, the stage, the employer."""
    return {
        public_id: name
        for model, declared in nouns_of_clients().items()
        if declared.named_by
        for public_id, name in _named(model, declared, client, is_gone=model._meta.label_lower in gone)
    }


def _named(
    model: type[models.Model], declared: OfClient, client: Client, *, is_gone: bool
) -> Iterator[tuple[UUID, models.Model | str]]:
    """What names each row of one kind, of a choice also of rows that were taken back. One statement.

    Two when some of a relation were taken back as well (`is_gone`).
    """
    field, mine = model._meta.get_field(declared.named_by), {declared.client: client.pk}
    rows = model._base_manager.filter(**mine)
    history = model.history.rel.related_model  # type: ignore[attr-defined]  # nouns have one
    gone = history.objects.filter(**mine, pgh_label="removed")
    if field.is_relation:
        for found in (gone, rows) if is_gone else (rows,):
            for row in found.select_related(field.name).only("public_id", field.name):
                yield row.public_id, getattr(row, field.name)  # type: ignore[union-attr]  # nouns have one
        return
    columns = ("public_id", field.name)
    yield from rows.order_by().values_list(*columns).union(gone.values_list(*columns))


def _events(client: Client, *, show_all: bool) -> QuerySet[AuditEvent]:
    """The audit lines about the client and about everything that belongs to the client, the latest first."""
    told = [model._meta.label_lower for model, noun in nouns_of_clients().items() if noun.in_history]
    events = AuditEvent.objects.filter(client_id=client.public_id, target_type__in=told)
    events = events.select_related("by").order_by("-at", "-pk")
    return events if show_all else events[: SHOWN_AT_FIRST + 1]

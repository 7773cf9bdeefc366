"""Who changed what in a client's file, and when, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, RevealReason
from ipsplatform.common.classification import stored_field
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.declared import OfClient, action_words, nouns_of_clients
from staff.models import AuditEvent

SHOWN_AT_FIRST = 20
LONGEST_VALUE = 120  # characters of a text that was replaced
# Keys of an audit line that are not fields of its row.
KEPT_BESIDE = {"reveal_reason": (gettext_lazy("reason"), RevealReason)}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field and what stood there; both values are empty where they would say nothing."""

    field: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """The field with both values on one line, or its name alone where values are not told."""
        return f"{self.field}: {self.before} → {self.after}" if self.before else self.field


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`action` is the code of the change; the sentence may name who or what it was about."""

    action: str
    sentence: str
    by: str
    at: datetime
    changes: list[FieldChange]

    @property
    def nameless(self) -> str:
        """What was done, without whom or what it was about."""
        return _sentence(self.action, action_words())


@dataclass(frozen=True, slots=True)
class History:
    """The latest changes of a file, and whether there are older ones."""

    lines: list[HistoryLine]
    has_more: bool
    is_open: bool


def client_history(client: Client, *, show_all: bool = False) -> History:
    """The last changes of this client's file, or all of them. Six statements."""
    names, words = _names_in(client), action_words()
    lines = [_line(event, names, words) for event in _events(client, show_all=show_all)]
    if show_all:
        return History(lines, has_more=False, is_open=True)
    return History(lines[:SHOWN_AT_FIRST], has_more=len(lines) > SHOWN_AT_FIRST, is_open=False)


def _names_in(client: Client) -> dict[UUID, str]:
    """What a line is about: the person assigned, the reason of an emergency, the stage, the employer."""
    return {
        public_id: name
        for model, declared in nouns_of_clients().items()
        if declared.named_by
        for public_id, name in _named(model, declared, client)
    }


def _named(model: type[models.Model], declared: OfClient, client: Client) -> Iterator[tuple[UUID, str]]:
    """The names of one kind of rows, of a choice also those of rows that were taken back. One statement."""
    field, mine = stored_field(model, declared.named_by), {declared.client: client.pk}
    rows = model._base_manager.filter(**mine)
    if field.is_relation:
        for row in rows.select_related(field.name).only("public_id", field.name):
            yield row.serializable_value("public_id"), str(getattr(row, field.name))
        return
    history = next(rel.related_model for rel in model._meta.related_objects if rel.name == "history")
    gone = history._base_manager.filter(**mine, pgh_label="removed")
    words, columns = dict(field.flatchoices), ("public_id", field.name)
    for public_id, value in rows.order_by().values_list(*columns).union(gone.values_list(*columns)):
        yield public_id, str(words.get(value, value))


def _events(client: Client, *, show_all: bool) -> QuerySet[AuditEvent]:
    """The audit lines about the client and about everything that belongs to the client, the latest first."""
    told = [model._meta.label_lower for model, noun in nouns_of_clients().items() if noun.in_history]
    events = AuditEvent.objects.filter(client_id=client.public_id, target_type__in=told)
    events = events.select_related("by").order_by("-at", "-pk")
    return events if show_all else events[: SHOWN_AT_FIRST + 1]


def _sentence(action: str, words: dict[str, str]) -> str:
    return capfirst(words.get(action, action))


def _line(event: AuditEvent, names: dict[UUID, str], words: dict[str, str]) -> HistoryLine:
    sentence = _sentence(event.action, words)
    name = names.get(event.target_id)
    return HistoryLine(
        action=event.action,
        sentence=f"{sentence}: {name}" if name else sentence,
        by=str(event.by) if event.by else _("the system"),
        at=timezone.localtime(event.at),
        changes=[_change(event.target_type, *item) for item in event.changes.items()],
    )


def _change(target_type: str, name: str, values: list) -> FieldChange:
    if name in KEPT_BESIDE:
        asked, choices = KEPT_BESIDE[name]
        return FieldChange(str(asked), "–", str(choices(values[1]).label))
    field = _field(target_type, name)
    label = str(field.verbose_name) if field else name
    if field is None or field.is_relation:
        return FieldChange(label, "", "")
    before, after = (_in_words(field, value) for value in values)
    return FieldChange(label, before, after)


def _field(target_type: str, name: str) -> models.Field | None:
    try:
        return stored_field(apps.get_model(target_type), name)
    except (LookupError, FieldDoesNotExist):
        return None


def _in_words(field: models.Field, value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return day_text(timezone.localtime(datetime.fromisoformat(str(value))), "j M Y H:i")
    if isinstance(field, models.DateField):
        return day_text(date.fromisoformat(str(value)))
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"

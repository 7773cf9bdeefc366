"""The history of a client's file in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import ImportAnswer, RevealReason
from ipsplatform.common.classification import declared_of
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.declared import BESIDE_ANY, AnyAction, action_words
from ipsplatform.common.partial_dates import PartialDate, PartialDateField
from trajectories.file.selectors.history import ClientHistory, RowChange
from trajectories.models import AfterSupport, wall_time
from trajectories.models.repeating import RuleField

LONGEST_VALUE = 120  # characters of a text that was replaced
# Of what a change keeps that is no field of the row.
CHOICES_BESIDE = {
    "reveal_reason": RevealReason,
    "import_answer": ImportAnswer,
    "after_support": AfterSupport,
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its old and new value; both are empty where they would say nothing."""

    field: str
    before: str
    after: str

    @property
    def text(self) -> str:
        if not self.before:
            return f"{self.field}: {self.after}" if self.after else self.field
        return f"{self.field}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`action` is the code of the change; `nameless` says what was done, not to whom or what."""

    action: str
    nameless: str
    name: str
    by: str
    at: datetime
    changes: list[FieldChange]

    @property
    def sentence(self) -> str:
        return f"{self.nameless}: {self.name}" if self.name else self.nameless


@dataclass(frozen=True, slots=True)
class History:
    lines: list[HistoryLine]
    has_more: bool
    is_open: bool


def history_block(history: ClientHistory) -> History:
    return History(history_lines(history.changes), has_more=history.has_more, is_open=history.shows_all)


def history_lines(changes: Iterable[RowChange]) -> list[HistoryLine]:
    words = action_words()
    return [_line(change, words) for change in changes]


def _line(change: RowChange, words: dict[str, str]) -> HistoryLine:
    event = change.event
    return HistoryLine(
        action=event.action,
        nameless=capfirst(words.get(event.action, event.action)),
        name=_name_of(event.action, event.target_type, change.named_by),
        by=str(event.by) if event.by else _("the system"),
        at=timezone.localtime(event.at),
        changes=[_field_change(event.target_type, *item) for item in event.changes.items()],
    )


def _name_of(action: str, target_type: str, named_by: models.Model | str | None) -> str:
    """What can happen to every row says of which kind it was, and which one."""
    name = _name(target_type, named_by)
    if action not in AnyAction:
        return name
    kind = str(apps.get_model(target_type)._meta.verbose_name)
    return f"{kind} {name}".rstrip()


def _name(target_type: str, named_by: models.Model | str | None) -> str:
    if isinstance(named_by, str):
        model = apps.get_model(target_type)
        return _label(model._meta.get_field(declared_of(model).named_by), named_by)
    return str(named_by or "")


def _field_change(target_type: str, name: str, values: list[Any]) -> FieldChange:
    declared = declared_of(apps.get_model(target_type))
    beside = {**BESIDE_ANY, **(declared.beside if declared else {})}
    if name in CHOICES_BESIDE:
        return FieldChange(str(beside[name]), "–", str(CHOICES_BESIDE[name](values[1]).label))
    if name in beside:
        return FieldChange(str(beside[name]), "", str(values[1]))
    field = _field(target_type, name)
    label = str(field.verbose_name) if field else name
    if field is None or field.is_relation:
        return FieldChange(label, "", "")
    before, after = (_in_words(field, value) for value in values)
    return FieldChange(label, before, after)


def _field(target_type: str, name: str) -> models.Field | None:
    try:
        return apps.get_model(target_type)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        return None


def _in_words(field: models.Field, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if field.choices or isinstance(field, RuleField):
        return _label(field, value)
    if isinstance(field, models.DateField | models.TimeField):
        return _day_in_words(field, value)
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _day_in_words(field: models.DateField | models.TimeField, value: str) -> str:
    if isinstance(field, models.TimeField):
        return wall_time(time.fromisoformat(value))
    if isinstance(field, models.DateTimeField):
        return day_text(timezone.localtime(datetime.fromisoformat(value)), "j M Y H:i")
    is_partial = isinstance(field, PartialDateField)
    return PartialDate.from_iso(value).in_words if is_partial else day_text(date.fromisoformat(value))


def _label(field: models.Field, value: Any) -> str:
    if isinstance(field, RuleField):
        return field.in_words(value)
    return str(dict(field.flatchoices).get(value, value))

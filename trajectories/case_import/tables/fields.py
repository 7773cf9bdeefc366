"""Readers of cells that take their limits from the field in which the value is kept."""

from typing import cast

from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import DecimalField, Field, Model

from ipsplatform.common.identity import NameField
from trajectories.case_import.tables import cells


def text_of(model: type[Model], name: str) -> cells.Reader:
    """A reader for text that fits the field, in the one form in which a name or number is kept."""
    field = _field(model, name)
    read = cells.text(field.max_length)
    if not isinstance(field, NameField):
        return read
    plain = type(field).plain
    return lambda cell: read(plain(cell))


def email_of(model: type[Model], name: str) -> cells.Reader:
    """A reader for an e-mail address that fits the field."""
    return cells.email(_field(model, name).max_length)


def whole_of(model: type[Model], name: str) -> cells.Reader:
    """A reader for whole numbers between the limits of the field."""
    return cells.Number(*_limits(_field(model, name)))


def decimal_of(model: type[Model], name: str) -> cells.Reader:
    """A reader for numbers between the limits of the field, with as many decimals as it keeps."""
    field = cast(DecimalField, _field(model, name))
    return cells.Number(*_limits(field), field.decimal_places or 0)


def label_in(model: type[Model], name: str) -> str:
    """The field in the words of the screen; `name` itself when the model has no such field."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(getattr(field, "verbose_name", name))


def _field(model: type[Model], name: str) -> Field:
    return cast(Field, model._meta.get_field(name))


def _limits(field: Field) -> tuple[int, int]:
    lowest = (rule.limit_value for rule in field.validators if isinstance(rule, MinValueValidator))
    highest = (rule.limit_value for rule in field.validators if isinstance(rule, MaxValueValidator))
    return max(lowest), min(highest)

"""What a browser sends of a form, in one shape: to keep, to compare and to read aloud."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.forms import BaseForm, BoundField, CheckboxInput, FileField, HiddenInput, ModelChoiceField
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day_text
from ipsplatform.common.partial_dates import PartialDate

Typed = dict[str, list[str]]  # the name of an input, and what was sent under it
MARK_LENGTH = 16  # hexadecimal digits: enough to see a difference, and nothing to read back
CHECKED = "on"
SECRETS = ("password", "totp", "code")


def typed_in(form: BaseForm) -> Typed:
    """What was sent for the fields of `form`, as it was sent. Files are not among it."""
    sent = form.data if isinstance(form.data, MultiValueDict) else MultiValueDict()
    return {name: as_lines(sent.getlist(name)) for name in sent if _field_of(form, name) is not None}


def standing_in(field: BoundField) -> list[str]:
    """What the form shows in this field before anybody typed, as a browser would send it."""
    value = field.form.get_initial_for_field(field.field, field.name)
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return [CHECKED] if value else []
    shown = widget.format_value(field.field.prepare_value(value))
    many = shown if isinstance(shown, list | tuple) else [shown]
    return as_lines(["" if one is None else str(one) for one in many])


def sent_for(field: BoundField) -> list[str]:
    """What was sent in this field."""
    data = field.form.data
    if isinstance(field.field.widget, CheckboxInput):
        return [CHECKED] if data.get(field.html_name) else []
    many = data.getlist(field.html_name) if isinstance(data, MultiValueDict) else [data.get(field.html_name)]
    return as_lines(["" if one is None else str(one) for one in many])


def as_lines(values: list[str]) -> list[str]:
    """With the line ends of the web taken for what they are; nothing chosen is the same as empty."""
    lines = [value.replace("\r\n", "\n") for value in values]
    return [] if lines == [""] else lines


def mark_of(name: str, values: list[str]) -> str:
    """A sign by which a later difference shows; the value can't be read back from it."""
    return salted_hmac("typed", "\x00".join([name, *values]), algorithm="sha256").hexdigest()[:MARK_LENGTH]


def compared_fields(form: BaseForm) -> list[BoundField]:
    """The fields that people fill in."""
    return [
        form[name]
        for name, field in form.fields.items()
        if not (field.disabled or isinstance(field, FileField) or isinstance(field.widget, HiddenInput))
    ]


def in_words(field: BoundField, values: list[str]) -> str:
    """What these values are on the page: the words of a choice, a day as people write it."""
    if isinstance(field.field.widget, CheckboxInput):
        return _("yes") if values else _("no")
    words = _choices_of(field)
    return ", ".join(words.get(value) or _as_fact(field, value) for value in values if value != "") or "–"


def _choices_of(field: BoundField) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for value, label in getattr(field.field, "choices", ()):
        options = label if isinstance(label, list | tuple) else [(value, label)]
        found |= {str(one): str(words) for one, words in options if str(one) != ""}
    return found


def _as_fact(field: BoundField, value: str) -> str:
    try:
        typed: Any = field.field.to_python(value)
    except Exception:
        return value
    if isinstance(typed, Model) and isinstance(field.field, ModelChoiceField):
        return field.field.label_from_instance(typed)  # chosen from more than the page holds
    if isinstance(typed, PartialDate):
        return typed.in_words
    return day_text(typed) if isinstance(typed, date) and not isinstance(typed, datetime) else value


def _field_of(form: BaseForm, name: str) -> str | None:
    """The field that an input belongs to; a field of two inputs numbers them."""
    names = {form.add_prefix(field): field for field in form.fields}
    found = names.get(name) or names.get(name.rpartition("_")[0])
    return None if found is None or any(secret in found for secret in SECRETS) else found

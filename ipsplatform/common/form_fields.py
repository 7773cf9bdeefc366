"""Form fields that several rooms ask with: days, texts that grow, and questions that may stay open."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.periods import EARLIEST, LATEST
from ipsplatform.common.texts import Text

IN_A_LIFETIME = (
    MinValueValidator(EARLIEST, _("This date is too far in the past. Is the year right?")),
    MaxValueValidator(LATEST, _("This date is too far in the future. Is the year right?")),
)


class DayInput(forms.DateInput):
    """The browser's own date picker. `days_ahead` limits it, counted from today; None is no limit."""

    input_type = "date"

    def __init__(self, *, days_ahead: int | None = 0) -> None:
        super().__init__(format="%Y-%m-%d")
        self.days_ahead = days_ahead

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        """Add the earliest and the latest day as ISO dates; the latest is computed per request."""
        attrs = super().build_attrs(base_attrs, extra_attrs) | {"min": EARLIEST.isoformat()}
        if self.days_ahead is not None:
            latest = timezone.localdate() + timedelta(days=self.days_ahead)
            attrs["max"] = latest.isoformat()
        return attrs


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time; until the end of today, unless it `may_be_later`."""

    input_type = "datetime-local"

    def __init__(self, *, may_be_later: bool = False) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")
        self.may_be_later = may_be_later

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        """Limit the picker to the end of today, local time."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return attrs if self.may_be_later else attrs | {"max": f"{timezone.localdate()}T23:59"}


class DecimalAsWritten(forms.DecimalField):
    """A number as people write it in their language, without zeros at its end: 0,8 and not 0.800."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"localize": True})

    def prepare_value(self, value: Any) -> Any:
        """A stored number without the zeros that its column adds; what was typed stays as it was."""
        return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let a phone show its digits."""
        return super().widget_attrs(widget) | {"inputmode": "decimal"}


def day_field(
    label: Text, *, days_ahead: int | None = 0, required: bool = True, help_text: Text = ""
) -> forms.DateField:
    """A day, by default not after today: a fact is recorded from the day it happens."""
    return forms.DateField(
        label=label,
        required=required,
        widget=DayInput(days_ahead=days_ahead),
        validators=IN_A_LIFETIME,
        help_text=help_text,
    )


def field_of(model: type[Model], name: str, **more: Any) -> forms.Field:
    """The field of a column: its length, its limits and whether it may stay empty come from the model."""
    column = cast("Field", model._meta.get_field(name))
    for validator in column.validators:
        if isinstance(validator, MinValueValidator):
            more.setdefault("min_value", validator.limit_value)
        if isinstance(validator, MaxValueValidator):
            more.setdefault("max_value", validator.limit_value)
    return cast(forms.Field, column.formfield(**more))


def chips(*, show_if: str = "", follows: str = "") -> forms.RadioSelect:
    """Choices side by side; `show_if` names the field and the values with which they are asked.

    With `follows`, "no location:telefoon", the browser chooses the first word when the field gets the value.
    """
    attributes = {"data-show-if": show_if, "data-follows": follows}
    return forms.RadioSelect(attrs={"class": "chips"} | {name: v for name, v in attributes.items() if v})


UNKNOWN_CHOICE = ("", _("unknown"))
TEXT_ROWS = 4


def text_field(label: Text, *, help_text: Text = "", required: bool = False) -> forms.CharField:
    """A text of any length, in a box that grows."""
    area = forms.Textarea(attrs={"rows": TEXT_ROWS, "data-grow": ""})
    return forms.CharField(label=label, required=required, widget=area, help_text=help_text)


def why_field() -> forms.CharField:
    """Why something that was recorded is taken back."""
    return text_field(
        _("Why"), required=True, help_text=_("One line is enough. It stays in the history of the file.")
    )


YES, NO, UNKNOWN = "yes", "no", "unknown"
DONT_KNOW = _("I don't know")
ANSWERS = {YES: True, NO: False, UNKNOWN: None}


def yes_no_field(
    label: Text,
    *,
    help_text: Text = "",
    show_if: str = "",
    unknown: Text = "",
    required: bool = True,
    follows: str = "",
) -> forms.TypedChoiceField:
    """Chips for yes and no, and for `unknown` when it has a word. The value is True, False or None."""
    choices = [(YES, _("yes")), (NO, _("no")), (UNKNOWN, unknown)]
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=choices if unknown else choices[:2],
        required=required,
        widget=chips(show_if=show_if, follows=follows),
        coerce=ANSWERS.__getitem__,
        empty_value=None,
        initial=UNKNOWN if unknown else None,
    )


def answer_of(value: bool | None) -> str:
    """The chip that belongs to a stored value."""
    return next(answer for answer, stored in ANSWERS.items() if stored is value)

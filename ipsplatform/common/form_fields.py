"""Form fields that several rooms ask with: days, texts that grow, and questions that may stay open."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.partial_dates import PartialDate, PartialDateField, as_partial
from ipsplatform.common.periods import EARLIEST, LATEST
from ipsplatform.common.texts import Text
from ipsplatform.common.written import (
    NotReadError,
    read_clock,
    read_day,
    read_decimal,
    read_moment,
    read_partial_date,
    read_whole,
)

Read = TypeVar("Read")

IN_THE_FUTURE = _("This date is in the future. A fact can be recorded from the day it happens.")
TOO_FAR_AHEAD = _("This date is too far in the future. Is the year right?")
IN_A_LIFETIME = (
    MinValueValidator(EARLIEST, _("This date is too far in the past. Is the year right?")),
    MaxValueValidator(LATEST, TOO_FAR_AHEAD),
)
DAY_AS_WRITTEN = _("dd-mm-yyyy")
PARTLY_AS_WRITTEN = _("dd-mm-yyyy, mm-yyyy or yyyy")
MOMENT_AS_WRITTEN = _("dd-mm-yyyy hh:mm")
CLOCK_AS_WRITTEN = _("hh:mm")


class DayInput(forms.DateInput):
    """A day as text: 31-12-2026, whatever the language of the browser. A telephone shows its digits."""

    def __init__(self) -> None:
        attrs = {"inputmode": "numeric", "placeholder": DAY_AS_WRITTEN, "autocomplete": "off", "class": "day"}
        super().__init__(attrs=attrs, format="%d-%m-%Y")


class PartialDateInput(forms.TextInput):
    """A day, a month or a year as text. A telephone shows its digits."""

    def __init__(self) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "day-partly"}
        super().__init__(attrs=attrs | {"placeholder": PARTLY_AS_WRITTEN})


class MomentInput(forms.DateTimeInput):
    """A day and a time of 24 hours as text: 31-12-2026 14:30."""

    def __init__(self) -> None:
        attrs = {"placeholder": MOMENT_AS_WRITTEN, "autocomplete": "off", "class": "moment"}
        super().__init__(attrs=attrs, format="%d-%m-%Y %H:%M")


class ClockInput(forms.TimeInput):
    """A time of 24 hours as text: 14:30. Letters for a phone too: its digits have no colon."""

    def __init__(self) -> None:
        attrs = {"placeholder": CLOCK_AS_WRITTEN, "autocomplete": "off", "class": "clock"}
        super().__init__(attrs=attrs, format="%H:%M")


class ClockField(forms.TimeField):
    """A time as people write it: 9:05 and 9.05."""

    widget = ClockInput

    def to_python(self, value: Any) -> time | None:
        """The time. Raises ValidationError for what is none, with how to write it."""
        if not isinstance(value, str):
            return super().to_python(value)
        return None if not value.strip() else _as_written(lambda: read_clock(value))


class DayField(forms.DateField):
    """A day as people write it. `days_ahead` counts from today; None is no limit."""

    widget = DayInput

    def __init__(self, *, days_ahead: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.days_ahead = days_ahead

    def to_python(self, value: Any) -> date | None:
        """The day. Raises ValidationError for what is none, with how to write it."""
        if not isinstance(value, str):
            return super().to_python(value)
        return None if not value.strip() else _as_written(lambda: read_day(value))

    def validate(self, value: Any) -> None:
        """Also: raises ValidationError for a day that is too far ahead."""
        super().validate(value)
        if value is None or self.days_ahead is None:
            return
        if value > timezone.localdate() + timedelta(days=self.days_ahead):
            raise ValidationError(IN_THE_FUTURE if self.days_ahead == 0 else TOO_FAR_AHEAD)


class PartialDateFormField(forms.Field):
    """A day of the past as people write it, or as much of it as is known."""

    widget = PartialDateInput

    def to_python(self, value: Any) -> PartialDate | None:
        """The date. Raises ValidationError for what is none, with how to write it."""
        if not isinstance(value, str):
            return value if isinstance(value, PartialDate) else as_partial(value)
        return None if not value.strip() else _as_written(lambda: read_partial_date(value))

    def validate(self, value: Any) -> None:
        """Also: raises ValidationError for a date that is all ahead of today."""
        super().validate(value)
        if value is not None and value.earliest > timezone.localdate():
            raise ValidationError(IN_THE_FUTURE)

    def prepare_value(self, value: Any) -> Any:
        """As somebody would type it; what was typed stays as it was."""
        known = (
            value
            if isinstance(value, PartialDate)
            else as_partial(value)
            if isinstance(value, date)
            else None
        )
        return known.as_typed if known else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was typed is another date than the one that stood there."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class MomentField(forms.DateTimeField):
    """A day and a time as people write them and the clock on the wall said, also when that clock changes.

    A time that the clock skipped in March is read as an hour later, one that came twice in October as the
    first of the two: as an import does. `standing` is what a form that corrects showed: typed again it stays.
    """

    widget = MomentInput
    standing: datetime | None = None

    def to_python(self, value: Any) -> datetime | None:
        """The moment, with its zone. Raises ValidationError for what is none, with how to write it."""
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        wall, zone = _as_written(lambda: read_moment(value)), timezone.get_current_timezone()
        if self.standing and _on_the_wall(self.standing) == wall:
            return self.standing
        return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _on_the_wall(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None, second=0, microsecond=0)


class DecimalAsWritten(forms.DecimalField):
    """A number as people write it, with a comma or a point, without zeros at its end: 0,8 and not 0.800."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"localize": True})

    def to_python(self, value: Any) -> Any:
        """The number, or None. Raises ValidationError for what is none, or can be read in two ways."""
        low: Any = self.min_value
        high: Any = self.max_value
        if isinstance(value, str) and value.strip():
            value = _as_written(partial(read_decimal, value, low=low, high=high))
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A stored number without the zeros that its column adds; what was typed stays as it was."""
        return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let a phone show its digits."""
        return super().widget_attrs(widget) | {"inputmode": "decimal"}


class WholeAsWritten(forms.IntegerField):
    """A whole number as people write it: 50000 and 50.000."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"localize": True})

    def to_python(self, value: Any) -> int | None:
        """The number. Raises ValidationError for what is no whole number."""
        low: Any = self.min_value
        high: Any = self.max_value
        if isinstance(value, str) and value.strip():
            value = _as_written(partial(read_whole, value, low=low, high=high))
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let a phone show its digits."""
        return super().widget_attrs(widget) | {"inputmode": "numeric"}


# How a column is asked for, on a page and in the administration.
AS_WRITTEN: dict[type[Field], dict[str, Any]] = {
    models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
    PartialDateField: {"form_class": PartialDateFormField, "widget": PartialDateInput},
    models.DateField: {"form_class": DayField, "widget": DayInput},
    models.TimeField: {"form_class": ClockField, "widget": ClockInput},
    models.DecimalField: {"form_class": DecimalAsWritten, "widget": forms.TextInput},
    models.IntegerField: {"form_class": WholeAsWritten, "widget": forms.TextInput},
}


def _as_written(reading: Callable[[], Read]) -> Read:
    try:
        return reading()
    except NotReadError as error:
        raise ValidationError(str(error), code="invalid") from error


def day_field(
    label: Text, *, days_ahead: int | None = 0, required: bool = True, help_text: Text = ""
) -> DayField:
    """A day, by default not after today: a fact is recorded from the day it happens."""
    return DayField(
        label=label,
        required=required,
        days_ahead=days_ahead,
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
    if not column.choices:
        for kind, asked in AS_WRITTEN.items():
            if isinstance(column, kind):
                more = asked | more
                break
    return cast(forms.Field, column.formfield(**more))


def chips(*, show_if: str = "", follows: str = "") -> forms.RadioSelect:
    """Choices side by side; `show_if` names the field and the values with which they are asked.

    With `follows`, "no location:telefoon", the browser chooses the first word when the field gets the value.
    """
    attributes = {"data-show-if": show_if, "data-follows": follows}
    return forms.RadioSelect(attrs={"class": "chips"} | {name: v for name, v in attributes.items() if v})


UNKNOWN_CHOICE = ("", _("unknown"))
TEXT_ROWS = 4
LONGEST_TEXT = 20_000  # characters: about ten pages

# A validator and not `max_length`: a browser would cut off what is pasted, and say nothing.
NOT_TOO_LONG = MaxLengthValidator(
    LONGEST_TEXT,
    _("This is too long: %(show_value)s characters, at most %(limit_value)s. Keep a document elsewhere."),
)


def text_field(
    label: Text, *, help_text: Text = "", required: bool = False, rows: int = TEXT_ROWS, show_if: str = ""
) -> forms.CharField:
    """A text in a box that grows, of at most LONGEST_TEXT characters."""
    attributes = {"rows": rows, "data-grow": ""} | ({"data-show-if": show_if} if show_if else {})
    area = forms.Textarea(attrs=attributes)
    return forms.CharField(
        label=label, required=required, widget=area, help_text=help_text, validators=[NOT_TOO_LONG]
    )


class Confirmation(forms.BooleanField):
    """The answer to a question that the form asks when it comes back: hidden until then.

    The error is the question, so the summary of errors shows it without this label.
    """

    is_answer = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"required": False, "widget": forms.HiddenInput()})

    def ask(self) -> None:
        """Let the page show it."""
        self.widget = forms.CheckboxInput()


class AsksOnce(forms.Form):
    """A form that asks once about what is unlikely: `doubts` gives for a field the question, or "".

    What was there already is not asked again.
    """

    doubts: ClassVar[Mapping[str, Callable[[Any], str]]] = {}
    is_sure = Confirmation(label=_("Yes, this is right"))
    is_answered = False

    def clean(self) -> dict:
        """As Django's own, without the answer; with the questions while there is none."""
        facts = super().clean() or {}
        self.is_answered = bool(facts.pop("is_sure", False))
        for name, doubt in self.doubts.items():
            field = self[name]
            is_new = field.field.has_changed(field.initial, field.data)
            if facts.get(name) is not None and is_new and (asked := doubt(facts[name])):
                self.ask_once(asked)
        return facts

    def ask_once(self, question: str) -> None:
        """Ask this, unless whoever typed has said that it is right. After Django's own `clean`."""
        if not self.is_answered:
            cast(Confirmation, self.fields["is_sure"]).ask()
            self.add_error("is_sure", question)


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

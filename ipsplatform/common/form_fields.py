"""Form fields that several rooms ask with: days, texts that grow, and questions that may stay open."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
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


def chips(*, show_if: str = "") -> forms.RadioSelect:
    """Choices side by side; `show_if` names the field and the values with which they are asked."""
    return forms.RadioSelect(attrs={"class": "chips"} | ({"data-show-if": show_if} if show_if else {}))


UNKNOWN_CHOICE = ("", _("unknown"))
TEXT_ROWS = 4
LONGEST_TEXT = 20_000  # characters: about ten pages

# A validator and not `max_length`: a browser would cut off what is pasted, and say nothing.
NOT_TOO_LONG = MaxLengthValidator(
    LONGEST_TEXT,
    _("This is too long: %(show_value)s characters, at most %(limit_value)s. Keep a document elsewhere."),
)


def text_field(
    label: Text, *, help_text: Text = "", required: bool = False, rows: int = TEXT_ROWS
) -> forms.CharField:
    """A text in a box that grows, of at most LONGEST_TEXT characters."""
    area = forms.Textarea(attrs={"rows": rows, "data-grow": ""})
    return forms.CharField(
        label=label, required=required, widget=area, help_text=help_text, validators=[NOT_TOO_LONG]
    )


class MomentField(forms.DateTimeField):
    """A day and a time as the clock on the wall said it, also in the night that the clock changes.

    A time that the clock skipped in March is read as an hour later, one that came twice in October as the
    first of the two: as an import does. `standing` is what a form that corrects showed: typed again it stays.
    """

    standing: datetime | None = None

    def to_python(self, value: Any) -> Any:
        """The moment, with its zone. Raises ValidationError for what is no day and time."""
        with timezone.override(UTC):
            moment = super().to_python(value)
        if moment is None or isinstance(value, datetime):
            return super().to_python(value)
        wall = moment.replace(tzinfo=None)
        if (
            self.standing
            and timezone.localtime(self.standing).replace(tzinfo=None, second=0, microsecond=0) == wall
        ):
            return self.standing
        in_zone = wall.replace(tzinfo=timezone.get_current_timezone())
        return in_zone.astimezone(UTC).astimezone(timezone.get_current_timezone())


class AsksOnce(forms.Form):
    """A form that asks once about what is unlikely: `doubts` gives for a field the question, or "".

    What was there already is not asked again.
    """

    doubts: ClassVar[Mapping[str, Callable[[Any], str]]] = {}
    is_sure = forms.BooleanField(label=_("Yes, this is right"), required=False, widget=forms.HiddenInput())

    def clean(self) -> dict:
        """As Django's own, without the answer; with the questions while there is none."""
        facts = super().clean() or {}
        if facts.pop("is_sure", False):
            return facts
        for name, doubt in self.doubts.items():
            if facts.get(name) is not None and name in self.changed_data and (asked := doubt(facts[name])):
                self.fields["is_sure"].widget = forms.CheckboxInput()
                self.add_error("is_sure", asked)
        return facts


def why_field() -> forms.CharField:
    """Why something that was recorded is taken back."""
    return text_field(
        _("Why"), required=True, help_text=_("One line is enough. It stays in the history of the file.")
    )


YES, NO, UNKNOWN = "yes", "no", "unknown"
DONT_KNOW = _("I don't know")
ANSWERS = {YES: True, NO: False, UNKNOWN: None}


def yes_no_field(
    label: Text, *, help_text: Text = "", show_if: str = "", unknown: Text = "", required: bool = True
) -> forms.TypedChoiceField:
    """Chips for yes and no, and for `unknown` when it has a word. The value is True, False or None."""
    choices = [(YES, _("yes")), (NO, _("no")), (UNKNOWN, unknown)]
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=choices if unknown else choices[:2],
        required=required,
        widget=chips(show_if=show_if),
        coerce=ANSWERS.__getitem__,
        empty_value=None,
        initial=UNKNOWN if unknown else None,
    )


def answer_of(value: bool | None) -> str:
    """The chip that belongs to a stored value."""
    return next(answer for answer, stored in ANSWERS.items() if stored is value)

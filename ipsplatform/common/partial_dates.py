"""Dates that may be known in part: the year, or the year and the month (ADR 57).

A row keeps the earliest day that such a date can be, and beside it how much of it is known. Nothing shows
or compares the day without the rest: `PartialDate` is the only form in which a date like this is read.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self, cast

from django.db import models
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.day_texts import day_text
from ipsplatform.common.durations import age_on


class Precision(models.TextChoices):
    """How much of a date is known."""

    DAY = "day", gettext_lazy("the day")
    MONTH = "month", gettext_lazy("the month")
    YEAR = "year", gettext_lazy("the year")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, a month or a year; `earliest` is its first day."""

    earliest: date
    precision: str = Precision.DAY

    def __post_init__(self) -> None:
        if self.earliest != first_day(self.earliest, self.precision):
            raise ValueError(f"{self.earliest} is not the first day of a {self.precision}")

    @classmethod
    def from_iso(cls, text: str) -> Self:
        """What `iso` gave. Raises ValueError for anything else."""
        parts = text.split("-")
        precision = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
        return cls(date.fromisoformat("-".join([*parts, "01", "01"][:3])), precision)

    @property
    def is_exact(self) -> bool:
        """Whether the day is known."""
        return self.precision == Precision.DAY

    @property
    def latest(self) -> date:
        """The last day that it can be."""
        year, month, day = self.earliest.year, self.earliest.month, self.earliest.day
        if self.precision == Precision.YEAR:
            month = 12
        return date(year, month, day if self.is_exact else monthrange(year, month)[1])

    @property
    def iso(self) -> str:
        """For machines: 1987, 1987-03 or 1987-03-14."""
        whole = self.earliest.isoformat()
        return whole if self.is_exact else whole[:7] if self.precision == Precision.MONTH else whole[:4]

    @property
    def as_typed(self) -> str:
        """As a form takes it: 1987, 03-1987 or 14-03-1987."""
        return "-".join(reversed(self.iso.split("-")))

    @property
    def in_digits(self) -> str:
        """In a row of a list: 1987, maart 1987 or 14-03-1987."""
        return self.as_typed if self.is_exact else self.in_words

    @property
    def in_words(self) -> str:
        """1987, maart 1987 or 14 mrt 1987."""
        return self.written("j M Y")

    def written(self, form: str) -> str:
        """A day after one of Django's date formats; a month or a year in words of its own."""
        if self.is_exact:
            return day_text(self.earliest, form)
        return day_text(self.earliest, "F Y") if self.precision == Precision.MONTH else self.iso

    def ages_on(self, day: date) -> tuple[int, int]:
        """The lowest and the highest age in whole years that somebody born then can have on that day."""
        latest = min(self.latest, max(day, self.earliest))  # nobody who is here is born after today
        return age_on(day, birth_date=latest), age_on(day, birth_date=self.earliest)

    def age_text(self, day: date) -> str:
        """The age on that day: "38", or "38 or 39" where it isn't certain."""
        low, high = self.ages_on(day)
        return str(low) if low == high else _("%(low)s or %(high)s") % {"low": low, "high": high}

    def holds(self, other: "PartialDate") -> bool:
        """Whether `other` lies in this one: it says the same, or more."""
        return self.earliest <= other.earliest and other.latest <= self.latest


def first_day(day: date, precision: str) -> date:
    """The first day of the month or year that holds `day`, or `day` itself."""
    if precision == Precision.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision == Precision.MONTH else day


def is_as_known(name: str, precision: str) -> Q:
    """The condition that no row keeps more of a date than it knows; `precision` is the second column."""
    first = {f"{name}__isnull": False, f"{name}__day": 1}
    return (
        Q(**{precision: Precision.DAY})
        | Q(**first, **{precision: Precision.MONTH})
        | Q(**first, **{f"{name}__month": 1, precision: Precision.YEAR})
    )


def as_partial(value: "PartialDate | date | None") -> PartialDate | None:
    """A day that is known whole is one as well."""
    return PartialDate(value) if isinstance(value, date) else value


class PartialDateField(models.DateField):
    """The earliest day of a date that may be known in part; `precision_field` says how much is known.

    To the database and to migrations it is Django's own field.
    """

    def __init__(self, *args: Any, precision_field: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.precision_field = precision_field

    def known_in(self, row: Model) -> PartialDate | None:
        """What the row knows of it; None for nothing."""
        earliest = getattr(row, self.attname)
        return PartialDate(earliest, getattr(row, self.precision_field)) if earliest else None

    def columns_for(self, value: PartialDate | date | None) -> dict[str, object]:
        """The values of the two columns."""
        known = as_partial(value)
        return {
            self.attname: known.earliest if known else None,
            self.precision_field: known.precision if known else Precision.DAY,
        }

    def may_be(self, asked: PartialDate) -> Q:
        """Rows with a date that may be the same: one of the two holds the other."""
        within = Q(**{f"{self.attname}__range": (asked.earliest, asked.latest)})
        around = (
            Q(**{self.attname: first_day(asked.earliest, precision), self.precision_field: precision})
            for precision in (Precision.MONTH, Precision.YEAR)
        )
        return Q(*around, within, _connector=Q.OR)

    def deconstruct(self) -> tuple:
        """Present this to migrations as Django's own field."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.DateField", arguments, keywords


def value_in(row: Model, name: str) -> Any:
    """A field of a row: of one that may be known in part a PartialDate, else what Django holds."""
    field = row._meta.get_field(name)
    return field.known_in(row) if isinstance(field, PartialDateField) else getattr(row, name)


def columns_of(model: type[Model], facts: Mapping[str, object]) -> dict[str, object]:
    """Facts by field as values by column: a date that may be known in part fills two."""
    partial = partial_fields(model)
    columns: dict[str, object] = {}
    for name, value in facts.items():
        known = partial.get(name)
        columns |= known.columns_for(cast("PartialDate | date | None", value)) if known else {name: value}
    return columns


def partial_fields(model: type[Model]) -> dict[str, PartialDateField]:
    """The dates of a model that may be known in part, by name."""
    return {one.name: one for one in model._meta.concrete_fields if isinstance(one, PartialDateField)}

"""Periods from-until, inclusive at both ends, as the database and the rules see them.

`started_on` is the first day, `ended_on` the last day or None while the period runs.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Func, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError

Row = TypeVar("Row", bound=Model)

# What lies outside is a typing error, and no calendar arithmetic survives the year 1.
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)


class DateRange(Func):
    """PostgreSQL's daterange(from, until, '[]') over two date columns."""

    function = "DATERANGE"
    output_field = DateRangeField()


def inclusive_range(start: str = "started_on", end: str = "ended_on") -> DateRange:
    """The days of a row as a range, for exclusion constraints."""
    return DateRange(F(start), F(end), RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class NoOverlap(ExclusionConstraint):
    """Periods that exclude each other. To the database and to migrations it is an exclusion constraint.

    PostgreSQL can't even make the range of a period that ends before it starts: validating leaves
    that one to the check constraint, which says so in words.
    """

    def validate(
        self,
        model: type[Model],
        instance: Any,  # a row with a period
        exclude: Iterable[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Check the overlap of `instance` only when its days are in order. Raises ValidationError."""
        start, end = instance.started_on, instance.ended_on
        if start is None or end is None or start <= end:
            super().validate(model, instance, exclude=exclude, using=using)

    def deconstruct(self) -> tuple:
        """Present this to migrations as Django's own exclusion constraint."""
        _path, arguments, keywords = super().deconstruct()
        return "django.contrib.postgres.constraints.ExclusionConstraint", arguments, keywords


def ends_after_start(start: str = "started_on", end: str = "ended_on") -> Q:
    """The condition that a period does not end before it starts."""
    return Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)})


def running_on_q(day: date, start: str = "started_on", end: str = "ended_on") -> Q:
    """Periods that contain `day`."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


def runs_on(day: date, *, started_on: date, ended_on: date | None) -> bool:
    """Whether a period that was read already contains `day`: `running_on_q` without a statement."""
    return started_on <= day and (ended_on is None or day <= ended_on)


class PeriodQuerySet(QuerySet[Row]):
    """Rows with `started_on` and `ended_on`."""

    def running_on(self, day: date) -> Self:
        """Rows whose period contains `day`."""
        return self.filter(running_on_q(day))

    def current(self) -> Self:
        """Rows that run today."""
        return self.running_on(timezone.localdate())

    def not_ended_before(self, day: date) -> Self:
        """Rows that run on `day` or start later."""
        return self.exclude(ended_on__lt=day)

    def open(self) -> Self:
        """Rows without an end."""
        return self.filter(ended_on=None)


def in_digits(day: date) -> str:
    """A day in the words of a refusal: 31-12-2026."""
    return day.strftime("%d-%m-%Y")


def refuse_future(day: date | None, *, field: str) -> None:
    """Raise RuleError when a fact is dated after today (domain.md, section 4)."""
    if day is not None and day > timezone.localdate():
        raise RuleError(
            _("This date is in the future. A fact can be recorded from the day it happens."), field=field
        )


def refuse_end_before_start(*, started_on: date, ended_on: date | None, field: str) -> None:
    """Raise RuleError when a period would end before it starts."""
    if ended_on is not None and ended_on < started_on:
        raise RuleError(
            _("The end (%(end)s) is before the start (%(start)s).")
            % {"end": in_digits(ended_on), "start": in_digits(started_on)},
            field=field,
        )


def days_inclusive(started_on: date, ended_on: date) -> int:
    """How many days a period holds: one that ends on the day it starts lasts a day."""
    return (ended_on - started_on).days + 1


def merged(periods: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days in as few periods as possible, in their order."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(periods):
        if found and first.toordinal() <= found[-1][1].toordinal() + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def monday_of(day: date) -> date:
    """The first day of the week in which `day` lies."""
    return day - timedelta(days=day.weekday())

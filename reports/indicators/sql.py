"""Date arithmetic of PostgreSQL that the ORM lacks."""

from datetime import date

from django.contrib.postgres.fields import DateRangeField
from django.db.models import Aggregate, BooleanField, DateField, ExpressionWrapper, Func, IntegerField, Value
from django.db.models.expressions import Combinable


def day(value: date) -> Value:
    """A Python date as a typed value in SQL."""
    return Value(value, output_field=DateField())


class AddMonths(Func):
    """A day so many calendar months later, clipped to the end of the month."""

    template = "(%(expressions)s)::date"
    arg_joiner = " + "
    output_field = DateField()

    def __init__(self, expression: str | Combinable, months: int) -> None:
        interval = Func(
            Value(months), function="MAKE_INTERVAL", template="%(function)s(months => %(expressions)s)"
        )
        super().__init__(expression, interval)


class AddDays(Func):
    """A day so many days later."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = DateField()

    def __init__(self, expression: str | Combinable, days: int) -> None:
        super().__init__(expression, Value(days, output_field=IntegerField()))


class DaysBetween(Func):
    """The number of days from the first day to the last, 0 on the same day."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()

    def __init__(self, *, first: str | Combinable, last: str | Combinable) -> None:
        super().__init__(last, first)


class Days(Func):
    """The days from the first up to, but not including, the last."""

    function = "DATERANGE"
    arity = 2
    output_field = DateRangeField()


class MergedDays(Aggregate):
    """The union of spans of days, as a multirange: spans that overlap or touch have become one."""

    function = "RANGE_AGG"
    output_field = DateRangeField()


class OneContains(Func):
    """Whether one span of a multirange contains all of a span."""

    template = "COALESCE(%(expressions)s, FALSE)"
    arg_joiner = " @> "
    arity = 2
    output_field = BooleanField()


class OfTrajectory(ExpressionWrapper):
    """Something that is said of one trajectory: it follows from the key, so it is no key to group by."""

    def get_group_by_cols(self) -> list:
        """No columns: the value depends on the primary key alone."""
        return []

"""How long something lasted, in words that people use."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DAYS_IN_WORDS_OF_DAYS = 14  # up to two weeks people count days
DAYS_IN_WORDS_OF_WEEKS = 60  # up to two months they count weeks


def days_inclusive(started_on: date, ended_on: date) -> int:
    """How many days a period holds: one that ends on the day it starts lasts a day."""
    return (ended_on - started_on).days + 1


def period_in_words(started_on: date, ended_on: date) -> str:
    """The length of a period, both days included: "5 weeks", "1 year and 2 months"."""
    days = days_inclusive(started_on, ended_on)
    if days <= DAYS_IN_WORDS_OF_DAYS:
        return days_in_words(days)
    if days <= DAYS_IN_WORDS_OF_WEEKS:
        return ngettext("%(count)s week", "%(count)s weeks", days // 7) % {"count": days // 7}
    return _months_in_words(_whole_months(started_on, ended_on))


def days_in_words(days: int) -> str:
    """A number of days as text: "1 day", "5 days"."""
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def total_in_words(days: int) -> str:
    """The length of several periods together, counted in days."""
    return period_in_words(date(2001, 1, 1), date.fromordinal(date(2001, 1, 1).toordinal() + days - 1))


def age_on(day: date, *, birth_date: date) -> int:
    """Age in whole years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _whole_months(started_on: date, ended_on: date) -> int:
    after = date.fromordinal(ended_on.toordinal() + 1)
    return (after.year - started_on.year) * 12 + after.month - started_on.month - (after.day < started_on.day)


def _months_in_words(months: int) -> str:
    years, rest = divmod(max(months, 2), 12)
    in_years = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    in_months = ngettext("%(count)s month", "%(count)s months", rest) % {"count": rest}
    if not years:
        return in_months
    if not rest:
        return in_years
    return _("%(years)s and %(months)s") % {"years": in_years, "months": in_months}

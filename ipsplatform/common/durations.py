"""How long something lasted, in words that people use."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsplatform.common.periods import days_inclusive, merged

DAYS_IN_WORDS_OF_DAYS = 14  # up to two weeks people count days
DAYS_IN_WORDS_OF_WEEKS = 60  # up to two months they count weeks
DAYS_OF_A_MONTH = 30


def period_in_words(started_on: date, ended_on: date) -> str:
    """The length of a period, both days included: "5 weeks", "1 year and 2 months"."""
    return length_in_words([(started_on, ended_on)])


def length_in_words(periods: Iterable[tuple[date, date]]) -> str:
    """The length of periods together, days that are in two of them once; empty for none.

    A period counts its calendar months and the days that remain, so that the sum of one period is what is
    said of that period. Thirty remaining days of several make a month.
    """
    spans = merged(periods)
    days = sum(days_inclusive(*span) for span in spans)
    if not days:
        return ""
    if days <= DAYS_IN_WORDS_OF_DAYS:
        return days_in_words(days)
    if days <= DAYS_IN_WORDS_OF_WEEKS:
        return ngettext("%(count)s week", "%(count)s weeks", days // 7) % {"count": days // 7}
    lengths = [_months_and_days(*span) for span in spans]
    rest = sum(days for _months, days in lengths) // DAYS_OF_A_MONTH if len(lengths) > 1 else 0
    return _months_in_words(sum(months for months, _days in lengths) + rest)


def days_in_words(days: int) -> str:
    """A number of days as text: "1 day", "5 days"."""
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def age_on(day: date, *, birth_date: date) -> int:
    """Age in whole years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _months_and_days(started_on: date, ended_on: date) -> tuple[int, int]:
    """Whole calendar months, and the days after them."""
    after = date.fromordinal(ended_on.toordinal() + 1)
    months = (
        (after.year - started_on.year) * 12 + after.month - started_on.month - (after.day < started_on.day)
    )
    year, month = divmod(started_on.year * 12 + started_on.month - 1 + months, 12)
    turned = date(year, month + 1, min(started_on.day, monthrange(year, month + 1)[1]))
    return months, (after - turned).days


def _months_in_words(months: int) -> str:
    years, rest = divmod(max(months, 2), 12)
    in_years = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    in_months = ngettext("%(count)s month", "%(count)s months", rest) % {"count": rest}
    if not years:
        return in_months
    if not rest:
        return in_years
    return _("%(years)s and %(months)s") % {"years": in_years, "months": in_months}

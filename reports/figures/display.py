"""Figures as people read them: 38%, 38,2%, the third quarter of 2026."""

from datetime import date
from fractions import Fraction

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day
from ipsplatform.common.rounding import half_up
from reports.indicators.proportion import Proportion
from reports.indicators.scope import ReportWindow
from reports.indicators.trend import month_of, quarter_of


def percent(rate: Fraction | float | None, *, decimals: int = 0) -> str | None:
    """0.3824 as 38% (or 38,2%); nothing where there was nothing to count.

    A rate of counted people is given as its exact fraction: a float of it may lie just under a half.
    """
    if rate is None:
        return None
    return f"{rounded(_exact(rate) * 100, decimals)}%"


def rounded(number: Fraction | float, decimals: int) -> str:
    """In the notation of the language, half a unit upwards (Django's own number_format cuts digits off)."""
    return number_format(half_up(_exact(number), decimals), decimal_pos=decimals)


def days_text(days: float | None) -> str | None:
    """412 as 412 days; a median may lie halfway two days."""
    if days is None:
        return None
    shown = rounded(days, 0 if float(days).is_integer() else 1)
    return ngettext("%(days)s day", "%(days)s days", int(days)) % {"days": shown}


def period_text(window: ReportWindow) -> str:
    """The third quarter of 2026; another period as its days."""
    return window_text(window.period_from, window.period_to)


def window_text(first: date, last: date) -> str:
    if is_whole_quarter(first, last):
        return _quarter_texts()[(first.month + 2) // 3] % {"year": first.year}
    if (first, last) == month_of(first):
        return date_format(first, "F Y").lower() if get_language() == "nl" else date_format(first, "F Y")
    return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def is_whole_quarter(first: date, last: date) -> bool:
    return (first, last) == quarter_of(first)


def capitalised(text: str) -> str:
    """A sentence that begins with a period or a name: The third quarter of 2026."""
    return text[:1].upper() + text[1:]


def change_title(now: Proportion, before: Proportion | None, when: str) -> str:
    """The message of a trend: how many worked, and whether that is more than a year earlier."""
    if now.exact is None:
        return _("Nobody was supported in %(when)s yet") % {"when": when}
    known = {"rate": percent(now.exact), "when": when}
    if before is None or before.exact is None:
        return _("%(rate)s of the clients worked in %(when)s") % known
    points = int(half_up(now.exact * 100, 0)) - int(half_up(before.exact * 100, 0))
    if points == 0:
        return _("%(rate)s of the clients worked in %(when)s, as many as a year earlier") % known
    if points > 0:
        text = _("%(rate)s of the clients worked in %(when)s, %(points)s points more than a year earlier")
    else:
        text = _("%(rate)s of the clients worked in %(when)s, %(points)s points fewer than a year earlier")
    return text % {**known, "points": abs(points)}


def _exact(number: Fraction | float) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(str(number))


def _quarter_texts() -> dict[int, str]:
    return {
        1: _("the first quarter of %(year)s"),
        2: _("the second quarter of %(year)s"),
        3: _("the third quarter of %(year)s"),
        4: _("the fourth quarter of %(year)s"),
    }

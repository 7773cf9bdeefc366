"""Numbers, days and times as people in the Netherlands write them, and as their systems do.

Pages, the administration and files read them here, whatever the language of the browser: a decimal comma or
point, day–month–year or year–month–day, 24 hours. What can be read in two ways is refused: "1.250" is not
guessed at where both a thousand and a part would do.

A reason repeats the text only when that looks like a number or a date: a name that slipped into the
wrong column must not end up in a stored report.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

from ipsplatform.common.partial_dates import PartialDate, Precision
from ipsplatform.common.periods import EARLIEST, LATEST

_HARMLESS = re.compile(r"[\d\s.,:;/+TZ-]{1,40}", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,20})?", re.ASCII)
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?:\.\d{3})+(?:,\d{1,20})?|(?:,\d{3})+(?:\.\d{1,20})?|(?: \d{3})+(?:[.,]\d{1,20})?)",
    re.ASCII,
)
_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_DAY_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]+0?0:00(?::00(?:[.,]0{1,9})?)?\s*(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_DIGITS_YEAR_FIRST = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_DIGITS_YEAR_LAST = re.compile(r"(\d{2})(\d{2})((?:19|20)\d{2})", re.ASCII)
_YEAR_ALONE = re.compile(r"(\d{4})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})", re.ASCII)
_DIGITS_YEAR_MONTH = re.compile(r"((?:19|20)\d{2})(\d{2})", re.ASCII)
_DIGITS_MONTH_YEAR = re.compile(r"(\d{2})((?:19|20)\d{2})", re.ASCII)
_NAMED_MONTH = re.compile(r"([a-z]{3,9})\.?[ -]*(\d{4})", re.ASCII)
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", re.ASCII)
_MONTH_AND_TWO_DIGITS = re.compile(r"(?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2}", re.ASCII | re.IGNORECASE)
# Dutch and English, whole and as spreadsheets cut them.
_MONTHS = {
    name: number
    for names in (
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "jan feb mar apr may jun jul aug sept oct nov dec",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?", re.ASCII)
_SPACES_IN_NUMBERS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'](?=\d)")


Limit = Decimal | int | float | None


class NotReadError(ValueError):
    """What stands there can't be read; the message says why, and how to write it."""


class MonthFirstError(NotReadError):
    """A day that only exists when the month comes first: then the other days were meant so as well."""


def read_decimal(text: str, *, low: Limit = None, high: Limit = None) -> Decimal:
    """A number with a decimal comma or point, with or without marks between thousands.

    "1.250" is both a thousand and more than one: it is read as the only one of these between `low` and
    `high`. Raises NotReadError when both are, and for what is no number; the limits are for the caller.
    """
    text = _SPACES_IN_NUMBERS.sub(" ", text.strip())
    if _TWO_WAYS.fullmatch(text):
        return _one_of_two(text, low, high)
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _GROUPED.fullmatch(text):
        return _ungrouped(text)
    raise NotReadError(_("%(value)s is not a number. Write it as 8.5 or 8,5.") % {"value": harmless(text)})


def read_whole(text: str, *, low: int | None = None, high: int | None = None) -> int:
    """A whole number: also 50.000 for fifty thousand, and 30,0 as a system writes thirty.

    Raises NotReadError for what is no whole number; the limits are for the caller.
    """
    text = _SPACES_IN_NUMBERS.sub(" ", text.strip())
    if _TWO_WAYS.fullmatch(text):
        thousands = int(re.sub(r"[.,]", "", text))
        is_part = text.endswith("000") and not _between(thousands, low, high)
        return int(re.split(r"[.,]", text)[0]) if is_part else thousands
    if not _PLAIN.fullmatch(text) and not _GROUPED.fullmatch(text):
        raise NotReadError(_("%(value)s is not a whole number.") % {"value": harmless(text)})
    value = _ungrouped(text) if _GROUPED.fullmatch(text) else Decimal(text.replace(",", "."))
    if value != int(value):
        raise NotReadError(_("%(value)s is not a whole number.") % {"value": harmless(text)})
    return int(value)


def read_day(text: str) -> date:
    """A day as 31-12-2026, 31/12/2026, 31.12.2026, 2026-12-31, or 20261231 and 31122026: eight digits have
    one meaning, because no month is 19 or 20. Midnight behind it is ignored.

    Raises MonthFirstError for 12/31/2026 and NotReadError for anything else.
    """
    text = text.strip()
    written = _without_midnight(text)
    if (parts := _parts_of_day(written)) is None:
        raise NotReadError(_why_no_day(written))
    return _existing_day(text, *parts)


def day_in_link(text: str) -> date | None:
    """The day that a link fills in beforehand; None when it names none."""
    try:
        return read_day(text)
    except NotReadError:
        return None


def read_partial_date(text: str) -> PartialDate:
    """A day as `read_day` takes it, or what is known of it: 1987, 3-1987, 1987-03, maart 1987, 031987.

    Zeros for what is unknown, as systems write it, are read so too: 00-03-1987 and 19870000. Raises
    MonthFirstError for 12/31/1987 and NotReadError for anything else.
    """
    text = text.strip()
    written = _without_midnight(text)
    parts = _parts_of_day(written) or _parts_of_month(written)
    if parts is None:
        raise NotReadError(_why_no_partial_date(written))
    year, month, day = parts
    earliest = _existing_day(text, year, month or 1, day or 1)
    if day and not month:
        raise NotReadError(_("The day %(value)s does not exist.") % {"value": harmless(text)})
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return PartialDate(earliest, precision)


def read_moment(text: str) -> datetime:
    """A day and a time of 24 hours, without a zone: 31-12-2026 9:05, 2026-12-31T09:05.

    Raises NotReadError for anything else, a day without a time among it.
    """
    day, _space, clock = " ".join(text.replace("T", " ").split()).partition(" ")
    if not clock:
        read_day(day)
        raise NotReadError(_("Write the time as well, as in 31-12-2026 14:30."))
    return datetime.combine(read_day(day), read_clock(clock))


def read_clock(text: str) -> time:
    """A time of 24 hours: 9:05, 09:05, 9.05 or 09:05:00. Raises NotReadError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise NotReadError(_("%(value)s is not a time. Write it as 14:30.") % {"value": harmless(text)})
    hour, minute, second = found.groups()
    try:
        return time(int(hour), int(minute), int(second or 0))
    except ValueError as error:
        reason = _("The time in %(value)s does not exist.") % {"value": harmless(text)}
        raise NotReadError(reason) from error


def harmless(text: str) -> str:
    """The text in quotation marks when it looks like a number or a date; else nothing of it."""
    return f"“{text}”" if _HARMLESS.fullmatch(text) else _("What stands here")


def _without_midnight(text: str) -> str:
    midnight = _MIDNIGHT.search(text)
    return text[: midnight.start()].strip() if midnight and midnight.end() == len(text) else text


def _parts_of_day(written: str) -> tuple[int, int, int] | None:
    """Year, month and day, when all three stand there."""
    if found := _YEAR_FIRST.fullmatch(written):
        year, _mark, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(written):
        day, _mark, month, year = found.groups()
    elif found := _DIGITS_YEAR_LAST.fullmatch(written):
        day, month, year = found.groups()
    elif found := _DIGITS_YEAR_FIRST.fullmatch(written):
        year, month, day = found.groups()
    else:
        return None
    return int(year), int(month), int(day)


def _parts_of_month(written: str) -> tuple[int, int, int] | None:
    """Year, month and no day; without a month just the year. Six digits have one meaning, as eight have."""
    if found := _YEAR_ALONE.fullmatch(written):
        return int(found[1]), 0, 0
    if found := _NAMED_MONTH.fullmatch(written.lower()):
        return (int(found[2]), _MONTHS[found[1]], 0) if found[1] in _MONTHS else None
    if found := _YEAR_MONTH.fullmatch(written) or _DIGITS_YEAR_MONTH.fullmatch(written):
        year, month = found.groups()
    elif found := _MONTH_YEAR.fullmatch(written) or _DIGITS_MONTH_YEAR.fullmatch(written):
        month, year = found.groups()
    else:
        return None
    return int(year), int(month), 0


def _one_of_two(text: str, low: Limit, high: Limit) -> Decimal:
    thousands = Decimal(re.sub(r"[.,]", "", text))
    part = Decimal(text.replace(",", "."))
    if text.endswith("000") and not _between(thousands, low, high):
        return part
    right = [value for value in (thousands, part) if _between(value, low, high)]
    if len(right) == 1:
        return right[0]
    if not right:
        return part
    values = {
        "value": harmless(text),
        "thousands": thousands,
        "part": f"{part.normalize():f}".replace(".", ","),
    }
    raise NotReadError(_("%(value)s can be read in two ways. Write %(thousands)s or %(part)s.") % values)


def _between(value: Decimal | int, low: Limit, high: Limit) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _ungrouped(text: str) -> Decimal:
    """A number with marks between thousands: the last of two kinds of mark is the decimal one."""
    text = text.replace(" ", "")
    marks = [mark for mark in ".," if mark in text]
    if len(marks) == 2:
        decimal_mark = max(marks, key=text.rfind)
        grouping = min(marks, key=text.rfind)
        return Decimal(text.replace(grouping, "").replace(decimal_mark, "."))
    if marks and text.count(marks[0]) == 1 and not re.search(r"[.,]\d{3}$", text):
        return Decimal(text.replace(marks[0], "."))
    return Decimal(re.sub(r"[.,]", "", text))


def _why_no_day(text: str) -> str:
    if _DAY_NUMBER.fullmatch(text):
        reason = _("%(value)s is a day as Excel counts it. Give the column the format of a date.")
    elif _TWO_DIGIT_YEAR.fullmatch(text):
        reason = _("%(value)s has a year of two digits. Write it with four, as in 31-12-2024.")
    elif any(mark in text for mark in ("T", ":")) and _HARMLESS.fullmatch(text):
        reason = _("%(value)s has a time, and a day is asked. Write it as 2024-12-31 or 31-12-2024.")
    else:
        reason = _("%(value)s is not a date. Write it as 2024-12-31 or 31-12-2024.")
    return reason % {"value": harmless(text)}


def _why_no_partial_date(text: str) -> str:
    if _DAY_NUMBER.fullmatch(text) or _TWO_DIGIT_YEAR.fullmatch(text):
        return _why_no_day(text)
    if _MONTH_AND_TWO_DIGITS.fullmatch(text):
        reason = _("%(value)s has a year of two digits. Write it with four, as in 12-1987.")
    else:
        reason = _(
            "%(value)s is not a date. Write it as 31-12-1987, or what is known of it: 12-1987 or 1987."
        )
    return reason % {"value": harmless(text)}


def _existing_day(text: str, year: int, month: int, day: int) -> date:
    if not EARLIEST.year <= year <= LATEST.year:
        raise NotReadError(
            _("The year of %(value)s lies outside %(first)s–%(last)s. Leave an unknown date empty.")
            % {"value": harmless(text), "first": EARLIEST.year, "last": LATEST.year}
        )
    try:
        return date(year, month, day)
    except ValueError as error:
        reason = _("The day %(value)s does not exist.") % {"value": harmless(text)}
        if _DAY_FIRST.match(text) and "/" in text and month > 12 >= day:
            raise MonthFirstError(reason) from error
        raise NotReadError(reason) from error

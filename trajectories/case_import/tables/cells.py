"""From the text in a cell to a value. Each reader raises CellError with a reason for a human.

A reason repeats what stood in the cell only when that looks like a number or a date: a name that
slipped into the wrong column must not end up in a stored report.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.periods import EARLIEST, LATEST

TRUE = {"yes", "ja", "true", "1", "y", "j", "waar"}
FALSE = {"no", "nee", "false", "0", "n", "onwaar"}
NOON = time(12)  # the time of a contact of which only the day is known

_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DUTCH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})", re.ASCII)
_MOMENT = re.compile(
    r"(\S+?)(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?", re.ASCII
)
_DECIMAL = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,20})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_HARMLESS = re.compile(r"[\d\s.,:;/+TZ-]{1,40}", re.ASCII)
_NUMBER_LIKE = re.compile(r"(?=\S*\d)[\w./#-]{1,40}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class CellError(Exception):
    """The content of this cell can't be used; the message says why."""


Reader = Callable[[str], Any]


def clean(cell: str) -> str:
    """The cell without spaces around it, accents in one form. Raises CellError for control characters."""
    if cell.isascii() and cell.isprintable():
        return cell.strip()
    if _CONTROL.search(cell):
        raise CellError(_("This cell holds a control character that can't be stored (NUL or the like)."))
    return unicodedata.normalize("NFC", cell).strip()


def shown(value: str) -> str:
    """A number as a reason may repeat it; what might be a name is not repeated."""
    return value if _NUMBER_LIKE.fullmatch(value) else _("This number")


def text(limit: int | None) -> Reader:
    """Text of at most `limit` characters."""

    def read(cell: str) -> str:
        if limit is not None and len(cell) > limit:
            raise CellError(
                _("This is too long: %(length)s characters, at most %(limit)s.")
                % {"length": len(cell), "limit": limit}
            )
        return cell

    return read


def one_line(limit: int) -> Reader:
    """Text in which spaces and line ends are one space."""
    read_text = text(limit)
    return lambda cell: read_text(" ".join(cell.split()))


def email(limit: int | None) -> Reader:
    """An e-mail address of at most `limit` characters."""
    read_text = text(limit)

    def read(cell: str) -> str:
        try:
            validate_email(cell)
        except ValidationError as error:
            raise CellError(_("This is not an e-mail address.")) from error
        return read_text(cell)

    return read


def code(values: Iterable[str]) -> Reader:
    """One of the codes, in any capitals."""
    known = [str(value) for value in values]

    def read(cell: str) -> str:
        if cell.lower() in known:
            return cell.lower()
        near = get_close_matches(cell.lower(), known, 1, 0.7)
        hint = _(" Do you mean %(code)s?") % {"code": near[0]} if near else ""
        raise CellError(_("This is not one of the codes: %(codes)s.") % {"codes": ", ".join(known)} + hint)

    return read


def flag(cell: str) -> bool:
    """Yes or no, in Dutch, English or as a digit."""
    word = cell.lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise CellError(_("Write yes or no (ja or nee)."))


def whole(low: int, high: int) -> Reader:
    def read(cell: str) -> int:
        if not _WHOLE.fullmatch(cell):
            raise CellError(_("%(value)s is not a whole number.") % {"value": _harmless(cell)})
        if not low <= int(cell) <= high:
            raise CellError(_between(cell, low, high))
        return int(cell)

    return read


def decimal(low: int, high: int, places: int) -> Reader:
    def read(cell: str) -> Decimal:
        if not _DECIMAL.fullmatch(cell):
            raise CellError(
                _("%(value)s is not a number. Write it as 8.5 or 8,5.") % {"value": _harmless(cell)}
            )
        value = Decimal(cell.replace(",", "."))
        if not low <= value <= high:
            raise CellError(_between(cell, low, high))
        if value != round(value, places):
            raise CellError(
                _("%(value)s has too many decimals, at most %(places)s.") % {"value": cell, "places": places}
            )
        return value

    return read


def day(cell: str) -> date:
    """A date as 2024-12-31 or 31-12-2024."""
    if found := _ISO_DAY.fullmatch(cell):
        year, month, number = found.groups()
    elif found := _DUTCH_DAY.fullmatch(cell):
        number, month, year = found.groups()
    else:
        raise CellError(
            _("%(value)s is not a date. Write it as 2024-12-31 or 31-12-2024.") % {"value": _harmless(cell)}
        )
    if not EARLIEST.year <= int(year) <= LATEST.year:
        raise CellError(
            _("The year of %(value)s lies outside %(first)s–%(last)s. Leave an unknown date empty.")
            % {"value": cell, "first": EARLIEST.year, "last": LATEST.year}
        )
    try:
        return date(int(year), int(month), int(number))
    except ValueError as error:
        raise CellError(_("The day %(value)s does not exist.") % {"value": cell}) from error


def moment(cell: str) -> datetime:
    """A date with or without time and zone; Dutch time when no zone is given, noon without a time.

    A time that the clock skipped in March is read as an hour later; one that came twice in October
    is the first of the two.
    """
    found = _MOMENT.fullmatch(cell)
    if not found:
        raise CellError(
            _("%(value)s is not a date and time. Write it as 2024-12-31 14:30 or 31-12-2024 14:30.")
            % {"value": _harmless(cell)}
        )
    on, hour, minute, second, zone = found.groups()
    at = NOON if hour is None else _clock(cell, int(hour), int(minute), int(second or 0))
    naive = datetime.combine(day(on), at)
    if zone:
        aware = datetime.fromisoformat(naive.isoformat() + _zone(cell, zone))
    else:
        aware = naive.replace(tzinfo=timezone.get_default_timezone())
    # In UTC, because a Dutch time of the doubled hour never equals the same time from the database.
    return aware.astimezone(UTC)


def _clock(cell: str, hour: int, minute: int, second: int) -> time:
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise CellError(_("The time in %(value)s does not exist.") % {"value": _harmless(cell)}) from error


def _zone(cell: str, zone: str) -> str:
    if zone == "Z":
        return "+00:00"
    zone = f"{zone[:3]}:{zone[3:].removeprefix(':') or '00'}"
    if int(zone[1:3]) > 14 or int(zone[4:]) > 59:
        raise CellError(_("The time in %(value)s does not exist.") % {"value": _harmless(cell)})
    return zone


def _between(cell: str, low: int, high: int) -> str:
    return _("%(value)s is not between %(low)s and %(high)s.") % {"value": cell, "low": low, "high": high}


def _harmless(cell: str) -> str:
    return f"“{cell}”" if _HARMLESS.fullmatch(cell) else _("What stands here")

"""From the text in a cell to a value. Each reader raises CellError with a reason for a human."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.partial_dates import PartialDate
from ipsplatform.common.texts import holds_controls
from ipsplatform.common.written import (
    MonthFirstError,
    NotReadError,
    harmless,
    read_clock,
    read_day,
    read_decimal,
    read_partial_date,
    read_whole,
)

TRUE = {"yes", "ja", "true", "1", "y", "j", "t", "waar", "1.0", "1,0", "-1"}  # -1: Microsoft Access
FALSE = {"no", "nee", "false", "0", "n", "f", "onwaar", "0.0", "0,0"}
NOTHING = {"NULL", r"\N"}  # what databases write for an empty field
NOON = time(12)  # the time of a contact of which only the day is known

_MOMENT = re.compile(
    r"(\S+?)(?:[T ]\s*(\d{1,2}[:.]\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?", re.ASCII
)
_NO_RESULT = re.compile(
    r"#(?:N/[AB]|REF!|VERW!|VALUE!|WAARDE!|NAME\?|NAAM\?|DIV/0!|DEEL/0!|NUM!|GETAL!|NULL!|LEEG!|#+)"
)
_NUMBER_LIKE = re.compile(r"(?=\S*\d)[\w./#-]{1,40}")


class CellError(Exception):
    """The content of this cell can't be used; the message says why."""


class ColumnError(CellError):
    """The content of this cell shows that the whole column can't be trusted."""


Reader = Callable[[str], Any]
Read = TypeVar("Read")


def clean(cell: str) -> str:
    """The cell without spaces around it, accents in one form; nothing for what a database writes so.

    Raises CellError for control characters and for the errors of Excel.
    """
    content = cell.strip() if cell.isascii() and cell.isprintable() else _normal(cell)
    if content in NOTHING:
        return ""
    if content.startswith("#") and _NO_RESULT.fullmatch(content):
        raise CellError(_("This is an error of Excel, or a column that is too narrow. Correct it there."))
    return content


def _normal(cell: str) -> str:
    if holds_controls(cell):
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


@dataclass(frozen=True)
class Code:
    """A reader of one of the codes, in any capitals."""

    known: tuple[str, ...]

    def __call__(self, cell: str) -> str:
        if cell.lower() in self.known:
            return cell.lower()
        near = get_close_matches(cell.lower(), self.known, 1, 0.7)
        hint = _(" Do you mean %(code)s?") % {"code": near[0]} if near else ""
        reason = _("This is not one of the codes: %(codes)s.") % {"codes": ", ".join(self.known)}
        raise CellError(reason + hint)


def code(values: Iterable[str]) -> Code:
    """A reader of one of these codes."""
    return Code(tuple(str(value) for value in values))


def flag(cell: str) -> bool:
    """Yes or no, in Dutch, English or as a digit."""
    word = cell.lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise CellError(_("Write yes or no (ja or nee)."))


@dataclass(frozen=True)
class Number:
    """A reader of numbers between two limits, with at most so many decimals; whole ones without `places`."""

    low: int
    high: int
    places: int = 0

    def __call__(self, cell: str) -> int | Decimal:
        value = _read(partial(self._number, cell))
        if not self.low <= value <= self.high:
            values = {"value": harmless(cell), "low": self.low, "high": self.high}
            raise CellError(_("%(value)s is not between %(low)s and %(high)s.") % values)
        if value != round(value, self.places):
            values = {"value": harmless(cell), "places": self.places}
            raise CellError(_("%(value)s has too many decimals, at most %(places)s.") % values)
        return value

    def _number(self, cell: str) -> int | Decimal:
        reading = read_decimal if self.places else read_whole
        return reading(cell, low=self.low, high=self.high)


def day(cell: str) -> date:
    """A day, as `read_day` takes it."""
    return _read(lambda: read_day(cell))


def partial_date(cell: str) -> PartialDate:
    """A day, a month or a year, as `read_partial_date` takes it."""
    return _read(lambda: read_partial_date(cell))


def moment(cell: str) -> datetime:
    """A date with or without time and zone; Dutch time when no zone is given, noon without a time.

    A time that the clock skipped in March is read as an hour later; one that came twice in October
    is the first of the two.
    """
    found = _MOMENT.fullmatch(cell)
    if not found:
        raise CellError(
            _("%(value)s is not a date and time. Write it as 2024-12-31 14:30 or 31-12-2024 14:30.")
            % {"value": harmless(cell)}
        )
    on, clock, zone = found.groups()
    at = NOON if clock is None else _read(lambda: read_clock(clock))
    naive = datetime.combine(day(on), at)
    if zone:
        aware = datetime.fromisoformat(naive.isoformat() + _zone(cell, zone))
    else:
        aware = naive.replace(tzinfo=timezone.get_default_timezone())
    # In UTC, because a Dutch time of the doubled hour never equals the same time from the database.
    return aware.astimezone(UTC)


def _read(reading: Callable[[], Read]) -> Read:
    try:
        return reading()
    except MonthFirstError as error:
        advice = _("Does this column have the month first? Write all its days as 2024-12-31 or 31-12-2024.")
        raise ColumnError(f"{error} {advice}") from error
    except NotReadError as error:
        raise CellError(str(error)) from error


def _zone(cell: str, zone: str) -> str:
    if zone == "Z":
        return "+00:00"
    zone = f"{zone[:3]}:{zone[3:].removeprefix(':') or '00'}"
    if int(zone[1:3]) > 14 or int(zone[4:]) > 59:
        raise CellError(_("The time in %(value)s does not exist.") % {"value": harmless(cell)})
    return zone

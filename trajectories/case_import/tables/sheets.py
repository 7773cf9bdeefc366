"""Excel workbooks as tables: cells that are days or numbers are taken as such.

A workbook is a zip file of XML. What is built to fill memory or to keep a processor busy is refused.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import count, repeat
from typing import TYPE_CHECKING, Any, BinaryIO

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from trajectories.case_import.tables.problems import Problem, TableRefusedError
from trajectories.case_import.tables.records import OnBytes, Record
from trajectories.case_import.tables.unpacking import refuse_bomb

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_WORKBOOK_BYTES = 50 * 1024 * 1024
LAST_ROW = 1_048_576  # of any sheet
MAX_CELLS = 30_000_000
UNREADABLE = (
    zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, SyntaxError,
    NotImplementedError, EOFError,
)  # fmt: skip
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ZEROS_IN_FRONT = re.compile(r"0{2,}")
_MONTH_SHOWN = re.compile(r"(?:\[[^\]]*\])?[my\W_]+", re.IGNORECASE)  # a format of Excel without a day
KNOWN_IN_PART = ("birth_date", "birth date")  # columns with days of which only the month may be known
_LIKE_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}")
# Excel keeps a moment as a fraction of a day: what it shows as 14:30 may be a microsecond less.
HALF_A_SECOND = timedelta(microseconds=500_000)


@dataclass
class WorkbookFile:
    """One workbook: the names of its sheets at once, the rest when it is read.

    Raises RuleError when it is not a workbook that can be read.
    """

    name: str
    opened: Callable[[], BinaryIO]
    titles: tuple[str, ...] = field(init=False)
    unpacked: int = field(init=False)

    def __post_init__(self) -> None:
        try:
            with self.opened() as stream, zipfile.ZipFile(stream) as archive:
                refuse_bomb(archive.infolist())
                self.unpacked = sum(entry.file_size for entry in archive.infolist())
                with archive.open("xl/workbook.xml") as xml:
                    self.titles = tuple(_titles(xml))
        except UNREADABLE as error:
            raise RuleError(self._unreadable()) from error

    @cached_property
    def has_formulas(self) -> bool:
        with self.opened() as stream, zipfile.ZipFile(stream) as archive:
            names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            return any(_holds_formula(archive, name) for name in names)

    def book(self, *, with_results: bool) -> "Workbook":
        """The workbook, row by row; with the results of formulas, or with the formulas themselves."""
        if with_results not in self._books:
            # Imported here: a process that reads no workbook must not load openpyxl, which brings numpy.
            from openpyxl import load_workbook  # noqa: PLC0415

            self._books[with_results] = load_workbook(
                self.opened(), read_only=True, data_only=with_results, keep_links=False
            )
        return self._books[with_results]

    @cached_property
    def _books(self) -> dict[bool, "Workbook"]:
        return {}

    def _unreadable(self) -> str:
        return _(
            "%(file)s is not a workbook that can be read, or it has a password. Save it as .xlsx without a "
            "password."
        ) % {"file": self.name[:80]}


@dataclass
class SheetFile:
    """A sheet of a workbook as one of the files of an import."""

    workbook: WorkbookFile
    title: str
    size: int

    @property
    def read_as(self) -> str:
        return _("sheet “%(sheet)s” of %(file)s") % {"sheet": self.title, "file": self.workbook.name[:80]}

    def records(self, on_bytes: OnBytes) -> Iterator[Record]:
        """The header and the rows that are not empty, each with the number that Excel shows."""
        try:
            yield from self._records(on_bytes)
        except UNREADABLE as error:
            raise TableRefusedError(1, Problem("", self.workbook._unreadable())) from error

    def _records(self, on_bytes: OnBytes) -> Iterator[Record]:
        sheet: Any = self.workbook.book(with_results=True)[self.title]
        per_row = self.size / min(sheet.max_row or LAST_ROW, LAST_ROW)
        sheet.reset_dimensions()  # a file that promises a million columns would get them
        told, width = 0.0, 0
        cells_seen = 0
        in_part: set[int] = set()
        for number, row, formulas in zip(count(1), sheet.iter_rows(), self._formulas(), strict=False):
            cells_seen += len(row) + 1
            if number > LAST_ROW or cells_seen > MAX_CELLS:
                raise TableRefusedError(number, Problem("", _("This sheet is too large to be read.")))
            if told + per_row <= self.size:
                told += per_row
                on_bytes(int(told) - int(told - per_row))
            cells = [text_of_cell(cell, in_part=place in in_part) for place, cell in enumerate(row)]
            if not any(cell and not cell.isspace() for cell in cells):
                continue
            if not width:  # the heading; Excel leaves empty cells at the end out
                width = len(cells)
                in_part = {place for place, name in enumerate(cells) if name.strip().lower() in KNOWN_IN_PART}
            cells += [""] * (width - len(cells))
            yield Record(number, cells, error=_uncalculated(row, formulas))

    def _formulas(self) -> Iterator[Any]:
        if not self.workbook.has_formulas:
            return repeat(())
        sheet: Any = self.workbook.book(with_results=False)[self.title]
        sheet.reset_dimensions()
        return sheet.iter_rows()


def text_of_cell(cell: Any, *, in_part: bool = False) -> str:
    """What a cell holds, written as in a CSV file: a day as 2026-12-31, a number with a point.

    Who types 3-1987 in Excel gets its first day, shown as a month: where a day may be known `in_part` it is
    the month that was meant.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, date):
        is_month = in_part and value.day == 1 and _MONTH_SHOWN.fullmatch(cell.number_format)
        return f"{value:%Y-%m}" if is_month else _day_or_moment(value)
    return str(value)


def _day_or_moment(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    moment = (value + HALF_A_SECOND).replace(microsecond=0)
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ")


def _number(value: float, shown_as: str) -> str:
    if value == int(value) and abs(value) < 10**15:
        # A number that Excel shows with zeros in front (format 00000) is the number with these zeros.
        width = len(shown_as) if _ZEROS_IN_FRONT.fullmatch(shown_as or "") else 0
        return str(int(value)).zfill(width)
    text = repr(round(value, 10))
    # A point in a number of Excel is a decimal point: a zero more, and it can't be read as a thousand.
    return f"{text}0" if _LIKE_THOUSANDS.fullmatch(text) else text


def _uncalculated(row: Any, formulas: Any) -> str:
    for cell, formula in zip(row, formulas, strict=False):
        # An empty text is a result as well, and Excel says that it is a text.
        if cell.value is None and cell.data_type == "n" and formula.value is not None:
            return _("This row has a formula without a result. Open the workbook in Excel, and save it.")
    return ""


def _titles(xml: Any) -> Iterator[str]:
    for _event, element in iterparse(xml):
        if element.tag.rpartition("}")[2] == "sheet":
            yield element.attrib.get("name", "")


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    before = b""
    with archive.open(name) as stream:
        while piece := stream.read(1024 * 1024):
            if _FORMULA.search(before + piece):
                return True
            before = piece[-64:]
    return False

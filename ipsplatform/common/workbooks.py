"""XLSX files, written with openpyxl. Import this where a file is made, not at the top of a module."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ipsplatform.common.spreadsheets import Percentage, Sheet, safe_cell
from ipsplatform.common.texts import without_controls

WIDEST_COLUMN = 60  # characters
PERCENT_FORMAT = "0.0%"
NOT_IN_SHEET_TITLES = str.maketrans("[]:*?/\\", "       ")


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """An XLSX file of the sheets, in which no text is a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        title = without_controls(str(sheet.title)).translate(NOT_IN_SHEET_TITLES)
        page = book.create_sheet(title[:31])
        page.append([_cell(page, column) for column in sheet.columns])
        for row in sheet.rows:
            page.append([_cell(page, cell) for cell in row])
        _make_readable(page, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(page: Worksheet, value: object) -> object:
    """Text that is no formula, on more lines where it is long; a percentage keeps its decimals, shows one."""
    if isinstance(value, Percentage):
        cell = WriteOnlyCell(page, value=float(value.fraction))
        cell.number_format = PERCENT_FORMAT
        return cell
    safe = safe_cell(value)
    if not isinstance(safe, str) or len(safe) <= WIDEST_COLUMN:
        return safe
    cell = WriteOnlyCell(page, value=safe)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _make_readable(page: Worksheet, sheet: Sheet) -> None:
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        widest = max([len(str(column)), *(_width(row[number - 1]) for row in sheet.rows)])
        page.column_dimensions[get_column_letter(number)].width = min(widest + 2, WIDEST_COLUMN)


def _width(value: object) -> int:
    return len("100.0%") if isinstance(value, Percentage) else len(str(value or ""))

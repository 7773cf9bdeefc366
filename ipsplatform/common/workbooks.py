"""XLSX files, written with openpyxl. Import this where a file is made, not at the top of a module."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ipsplatform.common.spreadsheets import Sheet, safe_cell
from ipsplatform.common.texts import without_controls

WIDEST_COLUMN = 60  # characters
NOT_IN_SHEET_TITLES = str.maketrans("[]:*?/\\", "       ")


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """An XLSX file of the sheets, in which no text is a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        title = without_controls(str(sheet.title)).translate(NOT_IN_SHEET_TITLES)
        page = book.create_sheet(title[:31])
        page.append([safe_cell(column) for column in sheet.columns])
        for row in sheet.rows:
            page.append([safe_cell(cell) for cell in row])
        _make_readable(page, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _make_readable(page: Worksheet, sheet: Sheet) -> None:
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        widest = max([len(str(column)), *(len(str(row[number - 1] or "")) for row in sheet.rows)])
        page.column_dimensions[get_column_letter(number)].width = min(widest + 2, WIDEST_COLUMN)

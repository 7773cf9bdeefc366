"""Tables that leave the product, as XLSX or CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

CSV, XLSX = "csv", "xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that starts like this is a formula to Excel and LibreOffice, whoever typed it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDEST_COLUMN = 60  # characters
NOT_IN_SHEET_TITLES = str.maketrans("[]:*?/\\", "       ")


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def spreadsheet_response(*, sheets: Sequence[Sheet], name: str, file_format: str) -> HttpResponse:
    """A download. CSV holds the first sheet only. Raises Http404 for another format."""
    if file_format == XLSX:
        content, content_type = _xlsx(sheets), XLSX_TYPE
    elif file_format == CSV:
        content, content_type = _csv(sheets[0]), "text/csv; charset=utf-8"
    else:
        raise Http404
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    response["Cache-Control"] = "no-store"
    return response


def safe_cell(value: object) -> object:
    """Text that can't be taken for a formula; numbers and dates as they are."""
    if isinstance(value, Promise):  # the label of a choice, translated when it is read
        value = str(value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _csv(sheet: Sheet) -> bytes:
    # A semicolon and the byte order mark are what Dutch Excel opens without asking.
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([safe_cell(column) for column in sheet.columns])
    writer.writerows([safe_cell("" if cell is None else cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.title.translate(NOT_IN_SHEET_TITLES)[:31])
        page.append([safe_cell(column) for column in sheet.columns])
        for row in sheet.rows:
            page.append([safe_cell(cell) for cell in row])
        _make_readable(page, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _make_readable(page, sheet: Sheet) -> None:
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        widest = max([len(str(column)), *(len(str(row[number - 1] or "")) for row in sheet.rows)])
        page.column_dimensions[get_column_letter(number)].width = min(widest + 2, WIDEST_COLUMN)

"""Tables that leave the product, as XLSX or CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import Promise

from ipsplatform.common.rounding import half_up
from ipsplatform.common.texts import Text, without_controls

CSV, XLSX = "csv", "xlsx"
CSV_DECIMALS = 6
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that starts like this is a formula to Excel and LibreOffice, whoever typed it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Percentage:
    """A fraction that a workbook shows as a percentage and that CSV writes with six decimals."""

    fraction: Fraction

    @property
    def decimal(self) -> Decimal:
        """Rounded half upwards from the exact fraction."""
        return half_up(self.fraction, CSV_DECIMALS)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its title, the heading of each column, and the cells row by row."""

    title: Text
    columns: Sequence[Text]
    rows: Sequence[Sequence[object]]


def sheet_of(
    title: str, columns: Sequence[tuple[str, Callable[[Any], object]]], lines: Iterable[Any]
) -> Sheet:
    """A row for each line; a column is its label and what it shows of a line."""
    return Sheet(
        title=title,
        columns=[str(label) for label, _getter in columns],
        rows=[[getter(line) for _label, getter in columns] for line in lines],
    )


def spreadsheet_response(*, sheets: Sequence[Sheet], name: str, file_format: str) -> HttpResponse:
    """A download, with its number of rows for the access log. CSV holds the first sheet only.

    Raises Http404 for another format.
    """
    if file_format == XLSX:
        # Imported here: a process that makes no workbook must not load openpyxl, which brings numpy.
        from ipsplatform.common.workbooks import workbook_bytes  # noqa: PLC0415

        content, content_type = workbook_bytes(sheets), XLSX_TYPE
    elif file_format == CSV:
        content, content_type = _csv(sheets[0]), "text/csv; charset=utf-8"
    else:
        raise Http404
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    response["Cache-Control"] = "no-store"
    told = sheets[:1] if file_format == CSV else sheets
    response.__dict__["row_count"] = sum(len(sheet.rows) for sheet in told)
    return response


def safe_cell(value: object) -> object:
    """Text without control characters, never a formula; numbers and dates as they are."""
    if isinstance(value, Promise):  # the label of a choice, translated when it is read
        value = str(value)
    if not isinstance(value, str):
        return value
    text = without_controls(value)  # first: what stands behind one may be a formula
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(sheet: Sheet) -> bytes:
    # A semicolon, a decimal comma and the byte order mark are what Dutch Excel opens without asking: beside
    # a semicolon it reads 12.5 as text, or as the twelfth of May.
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([safe_cell(column) for column in sheet.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, Percentage):
        value = value.decimal
    if isinstance(value, float | Decimal):
        return f"{Decimal(str(value)):f}".replace(".", ",")
    return safe_cell(value)

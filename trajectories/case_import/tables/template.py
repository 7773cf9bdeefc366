"""Empty files to fill in: every column with its explanation, as one workbook or as CSV files."""

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from trajectories.case_import.tables import cells
from trajectories.case_import.tables.journey import recorded_stage
from trajectories.case_import.tables.reading import Column
from trajectories.case_import.tables.running import TABLES
from trajectories.case_import.tables.table import CaseTable
from trajectories.models import RECORDED_STAGES

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

README = "LEESMIJ.txt"
ROWS_PREPARED = 5000  # get the format of their column, and the list of its codes
WIDEST = 60  # characters
NARROWEST = 14
LONGEST_LIST = 255  # characters, of Excel itself


@dataclass(frozen=True)
class Explained:
    """A column of a file, in words; `codes` are the only values that it takes."""

    name: str
    label: str
    is_compulsory: bool
    written: str
    codes: tuple[str, ...] = ()
    shown_as: str = "@"  # the format of Excel: text keeps its zeros in front

    @property
    def text(self) -> str:
        """One line of explanation."""
        compulsory = _("compulsory") if self.is_compulsory else _("may be left out")
        return f"{self.label} ({compulsory}). {self.written}"


def explained(table: type[CaseTable[Any]]) -> list[Explained]:
    """The columns of a file, in the order of the contract."""
    return [_explained(table, column) for column in table.columns]


def workbook_template() -> bytes:
    """A workbook with a sheet for each file, and one that explains all columns."""
    # Imported here: a process that makes no workbook must not load openpyxl, which brings numpy.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in TABLES:
        _fill(book.create_sheet(table.name.removesuffix(".csv")), explained(table))
    _explain(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_templates() -> dict[str, bytes]:
    """Per file name its content: the CSV files with their headings, and the explanation as text."""
    files = {}
    for table in TABLES:
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerow(column.name for column in table.columns)
        files[table.name] = text.getvalue().encode("utf-8-sig")
    lines = []
    for table in TABLES:
        lines += [table.name, *(f"    {one.name}: {one.text}" for one in explained(table)), ""]
    files[README] = "\r\n".join(lines).encode("utf-8-sig")
    return files


def zip_template() -> bytes:
    """The CSV files in one zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in csv_templates().items():
            archive.writestr(name, content)
    return stream.getvalue()


def _explained(table: type[CaseTable[Any]], column: Column) -> Explained:
    read: Any = column.read
    label = table.label_of(column.name)
    codes: tuple[str, ...] = ()
    shown_as = "@"
    if read is cells.day:
        written, shown_as = _("A day: 31-12-2026 or 2026-12-31."), "dd-mm-yyyy"
    elif read is cells.partial_date:  # text, or Excel makes a day of a month
        written = _("A day, or what is known of it: 31-12-1987, 12-1987 or 1987.")
    elif read is cells.moment:
        written, shown_as = _("A day and a time: 31-12-2026 14:30. Only a day is noon."), "dd-mm-yyyy hh:mm"
    elif read is cells.flag:
        codes, written = ("ja", "nee"), _("ja or nee; empty is unknown.")
    elif read is recorded_stage or isinstance(read, cells.Code):
        codes = read.known if isinstance(read, cells.Code) else tuple(RECORDED_STAGES)
        written = _("One of: %(codes)s.") % {"codes": ", ".join(codes)}
    elif isinstance(read, cells.Number):
        written, shown_as = _("A number from %(low)s to %(high)s.") % vars(read), "General"
    else:
        written = _("Text.")
    return Explained(column.name, str(label), column.compulsory, written, codes, shown_as)


def _fill(page: "Worksheet", columns: list[Explained]) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    page.append([column.name for column in columns])
    page.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        heading, letter = page.cell(1, number), get_column_letter(number)
        heading.font = Font(bold=column.is_compulsory)
        heading.comment = Comment(column.text, "IPS", height=90, width=260)
        page.column_dimensions[letter].width = max(len(column.name) + 2, NARROWEST)
        page.column_dimensions[letter].number_format = column.shown_as
        _offer(page, letter, column)


def _offer(page: "Worksheet", letter: str, column: Explained) -> None:
    """Let Excel offer the codes of a column."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    listed = f'"{",".join(column.codes)}"'
    if column.codes and len(listed) <= LONGEST_LIST:
        offer = DataValidation(type="list", formula1=listed, allow_blank=True)
        offer.add(f"{letter}2:{letter}{ROWS_PREPARED}")
        page.add_data_validation(offer)


def _explain(book: "Workbook") -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    page = book.create_sheet(_("Explanation"))
    page.append([_("file"), _("column"), _("meaning"), _("compulsory"), _("how to write it")])
    for table in TABLES:
        for one in explained(table):
            is_compulsory = _("yes") if one.is_compulsory else _("no")
            page.append([table.name.removesuffix(".csv"), one.name, one.label, is_compulsory, one.written])
    for letter, width in zip("ABCDE", (14, 28, 32, 12, WIDEST), strict=True):
        page.column_dimensions[letter].width = width
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
    page.freeze_panes = "A2"

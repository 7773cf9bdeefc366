"""From the bytes of a file to rows: encoding, separator, header, lines, cells and duplicate numbers.

Everything streams. A file of two hundred megabytes takes no more memory than its numbers as hashes.
"""

import csv
import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import chain, pairwise
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from trajectories.case_import.tables.cells import CellError, Reader, clean, shown
from trajectories.case_import.tables.problems import Problem, TableRefusedError

_LINE_END_OF_OLD_MAC = re.compile(r"(?<=\r)(?!\n|$)")
MAX_LINE_BYTES = 1024 * 1024
OTHER_FORMATS = {
    b"PK\x03\x04": "xlsx",
    b"\xd0\xcf\x11\xe0": "xls",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"%PDF": "PDF",
}


@dataclass(frozen=True)
class Column:
    """A column of the contract. `field` is the model field that it fills, when it fills one as it is.

    `empty` is the value of an empty cell; an absent column has no value at all.
    """

    name: str
    read: Reader
    field: str = ""
    empty: object = ""
    compulsory: bool = False


@dataclass
class Row:
    """One row: where it stands, its values by column, what its numbers refer to, what is wrong with it."""

    line: int
    values: dict[str, Any]
    found: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Scan:
    """What one pass over a file found: how many rows, and the hashes of keys that came more than once."""

    rows: int
    suspects: frozenset[int]


@dataclass(frozen=True)
class TableReader:
    """Reads one file after its columns; `key` are the columns that tell its rows apart."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    open: Callable[[], BinaryIO]

    def scan(self, on_bytes: Callable[[int], None]) -> Scan:
        """Read the file once: is it a CSV file with the right header, and which numbers come twice?"""
        hashes = array("q")
        count = 0
        with self.open() as stream:
            records = _records(stream, on_bytes)
            columns = _header(records, self.columns)
            for record in records:
                count += 1
                key = self._key(columns, record)
                if key is not None:
                    hashes.append(hash(key))
        repeated = frozenset(one for one, after in pairwise(sorted(hashes)) if one == after)
        return Scan(rows=count, suspects=repeated)

    def rows(self, scan: Scan, on_bytes: Callable[[int], None]) -> Iterator[Row]:
        """Every row with its values and problems; a number that came before is a problem."""
        first_lines: dict[tuple, int] = {}
        with self.open() as stream:
            records = _records(stream, on_bytes)
            columns = _header(records, self.columns)
            for record in records:
                row = _row(columns, record)
                key = tuple(row.values.get(name) for name in self.key)
                if None not in key and hash(key) in scan.suspects:
                    self._note_repetition(row, first_lines.setdefault(key, row.line))
                yield row

    def _note_repetition(self, row: Row, first_line: int) -> None:
        if first_line != row.line:
            number = shown(str(row.values[self.key[0]]))
            reason = _("%(number)s is already in this file, on line %(line)s.")
            values = {"number": number, "line": first_line}
            row.problems.append(Problem(self.key[0], reason % values, repeats=True))

    def _key(self, columns: list[Column], record: "_Record") -> tuple | None:
        if len(record.cells) != len(columns):
            return None
        cells = {column.name: (column, cell) for column, cell in zip(columns, record.cells, strict=True)}
        try:
            values = [column.read(clean(cell)) for column, cell in (cells[name] for name in self.key)]
        except CellError:
            return None
        return tuple(values)


@dataclass(frozen=True)
class _Record:
    line: int
    cells: list[str]
    error: str = ""


def _row(columns: list[Column], record: _Record) -> Row:
    row = Row(line=record.line, values={})
    if record.error:
        row.problems.append(Problem("", record.error))
    elif len(record.cells) != len(columns):
        reason = _("This row has %(found)s fields, the header has %(expected)s.")
        row.problems.append(Problem("", reason % {"found": len(record.cells), "expected": len(columns)}))
    else:
        for column, cell in zip(columns, record.cells, strict=True):
            _read_cell(row, column, cell)
    return row


def _read_cell(row: Row, column: Column, cell: str) -> None:
    try:
        content = clean(cell)
        if content:
            row.values[column.name] = column.read(content)
        elif column.compulsory:
            row.problems.append(Problem(column.name, _("This field is compulsory and is empty.")))
        else:
            row.values[column.name] = column.empty
    except CellError as error:
        row.problems.append(Problem(column.name, str(error)))


def _records(stream: BinaryIO, on_bytes: Callable[[int], None]) -> Iterator[_Record]:
    """The header and the rows that are not empty, each with the line on which it begins."""
    lines = _lines(stream, on_bytes)
    first = next(lines, "")
    if not first.strip():
        raise TableRefusedError(1, Problem("", _("The file is empty: it has not even a header.")))
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(chain([first], lines), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _unreadable(line, reader.line_num, error)
            continue
        if any(cell and not cell.isspace() for cell in cells):
            yield _Record(line, cells)


def _unreadable(line: int, last_line: int, error: csv.Error) -> _Record:
    """A record that csv can't parse; when a quote was never closed the rest is lost as well."""
    if last_line > line or "unexpected end" in str(error) or "field larger" in str(error):
        raise TableRefusedError(
            line,
            Problem("", _("A quotation mark that opens here is never closed, or a field is far too long.")),
        )
    return _Record(line, [], error=_("The quotation marks in this row do not match."))


def _lines(stream: BinaryIO, on_bytes: Callable[[int], None]) -> Iterator[str]:
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES):
        number += 1
        if number == 1:
            _refuse_other_formats(raw)
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
            raise TableRefusedError(
                number, Problem("", _("This line is so long that this is not a CSV file."))
            )
        on_bytes(len(raw))
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise TableRefusedError(
                number, Problem("", _("This line is not UTF-8. Save the file as “CSV UTF-8” and try again."))
            ) from error
        yield from _LINE_END_OF_OLD_MAC.split(line) if "\r" in line else (line,)


def _refuse_other_formats(raw: bytes) -> None:
    for start, kind in OTHER_FORMATS.items():
        if raw.startswith(start):
            reason = _("This is not a CSV file but %(format)s. Save it as “CSV UTF-8” and try again.")
            raise TableRefusedError(1, Problem("", reason % {"format": kind}))
    if b"\x00" in raw:
        raise TableRefusedError(1, Problem("", _("This is not a text file: it holds NUL bytes.")))


def _header(records: Iterator[_Record], known: tuple[Column, ...]) -> list[Column]:
    """The columns in the order of the file. Raises TableRefusedError for every name that is not right."""
    record = next(records, _Record(1, []))
    names = [cell.strip().lower() for cell in record.cells]
    by_name = {column.name: column for column in known}
    problems = [Problem("", record.error)] if record.error else []
    for position, name in enumerate(names):
        if name not in by_name:
            problems.append(Problem(name[:40], _unknown_column(name, position, list(by_name))))
        elif name in names[:position]:
            problems.append(Problem(name, _("This column is in the header twice.")))
    problems += [
        Problem(column.name, _("This compulsory column is missing."))
        for column in known
        if column.compulsory and column.name not in names
    ]
    if problems:
        raise TableRefusedError(record.line, *problems)
    return [by_name[name] for name in names]


def _unknown_column(name: str, position: int, known: list[str]) -> str:
    if not name:
        return _("Column %(position)s has no name.") % {"position": position + 1}
    near = get_close_matches(name, known, 1, 0.5)
    if near:
        return _("This column is unknown. Do you mean %(name)s?") % {"name": near[0]}
    return _("This column is unknown. Known are: %(names)s.") % {"names": ", ".join(known)}

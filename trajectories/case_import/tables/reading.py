"""From the records of a file to rows: header, cells, duplicate numbers, and names to look at.

Everything streams. A file of two hundred megabytes takes no more memory than its numbers as hashes.
"""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from trajectories.case_import.tables.cells import CellError, ColumnError, Reader, clean, shown
from trajectories.case_import.tables.problems import Problem, TableRefusedError
from trajectories.case_import.tables.records import OnBytes, Record, RecordFile

NAMES_TO_LOOK_AT = 3
NAMES = {"first_name", "last_name", "birth_name", "name", "employer"}
_BETWEEN_WORDS = re.compile(r"[\s-]+")
_OTHER_THAN_ASCII = re.compile(r"\S*[^\x00-\x7f]\S*")


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


@dataclass(frozen=True)
class Reference:
    """A column that names a row of another file by its number.

    `target` is the field that it fills; with `fills=False` it is looked up but stored elsewhere. With
    `stays` a row that is known keeps the one it has: no file moves it to another client.
    """

    column: str
    file: str
    target: str
    model: type[models.Model]
    field: str
    only: tuple[str, ...] = ()
    fills: bool = True
    stays: bool = False


@dataclass
class Row:
    """One row: where it stands, its values by column, what its numbers refer to, what is wrong with it.

    `blank` are the columns of which the cell is empty.
    """

    line: int
    values: dict[str, Any]
    blank: set[str] = field(default_factory=set)
    found: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Scan:
    """What one pass over a file found: how many rows, and the hashes of keys that came more than once.

    `names` are a few words with accents, to look at: they show whether the file was read as it was meant.
    """

    rows: int
    suspects: frozenset[int]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableReader:
    """Reads one file after its columns; `key` are the columns that tell its rows apart."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    file: RecordFile

    def scan(self, on_bytes: OnBytes) -> Scan:
        """Read the file once: is it a table with the right header, and which numbers come twice?"""
        hashes = array("q")
        rows = 0
        names: dict[str, None] = {}
        records = self.file.records(on_bytes)
        columns = _header(records, self.columns)
        for record in records:
            rows += 1
            key = self._key(columns, record)
            if key is not None:
                hashes.append(hash(key))
            if len(names) < NAMES_TO_LOOK_AT:
                names |= dict.fromkeys(_with_accents(columns, record))
        repeated = frozenset(one for one, after in pairwise(sorted(hashes)) if one == after)
        return Scan(rows, repeated, tuple(names)[:NAMES_TO_LOOK_AT])

    def rows(self, scan: Scan, on_bytes: OnBytes) -> Iterator[Row]:
        """Every row with its values and problems; a number that came before is a problem."""
        first_lines: dict[tuple, int] = {}
        records = self.file.records(on_bytes)
        columns = _header(records, self.columns)
        named = {column.name for column in columns} & set(self.key)
        for record in records:
            row = _row(columns, record)
            if named <= row.values.keys():
                key = tuple(row.values.get(name) for name in self.key)
                if hash(key) in scan.suspects:
                    self._note_repetition(row, first_lines.setdefault(key, row.line))
            yield row

    def _note_repetition(self, row: Row, first_line: int) -> None:
        if first_line != row.line:
            number = shown(str(row.values[self.key[0]]))
            reason = _("%(number)s is already in this file, on line %(line)s.")
            values = {"number": number, "line": first_line}
            row.problems.append(Problem(self.key[0], reason % values, repeats=True))

    def _key(self, columns: list[Column], record: Record) -> tuple | None:
        if record.error or len(record.cells) < len(columns):
            return None
        cells = {column.name: (column, cell) for column, cell in zip(columns, record.cells, strict=False)}
        try:
            return tuple(_value(*cells[name]) if name in cells else None for name in self.key)
        except CellError:
            return None


def _value(column: Column, cell: str) -> object:
    content = clean(cell)
    return column.read(content) if content else column.empty


def _with_accents(columns: list[Column], record: Record) -> list[str]:
    texts = [cell for column, cell in zip(columns, record.cells, strict=False) if column.name in NAMES]
    return [word for text in texts if not text.isascii() for word in _OTHER_THAN_ASCII.findall(text)]


def _row(columns: list[Column], record: Record) -> Row:
    row = Row(line=record.line, values={})
    cells = _without_blank_end(record.cells, at_least=len(columns))
    if record.error:
        row.problems.append(Problem("", record.error))
    elif len(cells) != len(columns):
        reason = _("This row has %(found)s fields, the header has %(expected)s.")
        row.problems.append(Problem("", reason % {"found": len(cells), "expected": len(columns)}))
    else:
        for column, cell in zip(columns, cells, strict=True):
            _read_cell(row, column, cell)
    return row


def _without_blank_end(cells: list[str], *, at_least: int = 0) -> list[str]:
    end = len(cells)
    while end > at_least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _read_cell(row: Row, column: Column, cell: str) -> None:
    try:
        content = clean(cell)
        if content:
            row.values[column.name] = column.read(content)
        elif column.compulsory:
            row.problems.append(Problem(column.name, _("This field is compulsory and is empty.")))
        else:
            row.values[column.name] = column.empty
            row.blank.add(column.name)
    except ColumnError as error:
        raise TableRefusedError(row.line, Problem(column.name, str(error))) from error
    except CellError as error:
        row.problems.append(Problem(column.name, str(error)))


def _header(records: Iterator[Record], known: tuple[Column, ...]) -> list[Column]:
    """The columns in the order of the file. Raises TableRefusedError for every name that is not right."""
    record = next(records, None)
    if record is None:
        raise TableRefusedError(1, Problem("", _("The file is empty: it has not even a header.")))
    names = [_BETWEEN_WORDS.sub("_", cell.strip().lower()) for cell in _without_blank_end(record.cells)]
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

"""From the bytes of a text file to records: encoding, separator, lines and cells.

Everything streams. A file is UTF-8 when all of it can be read so, UTF-16 when it says so, and else
Windows-1252, in which Excel in Dutch saves "CSV". Which one it was stands in the report.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import BinaryIO, Protocol

from django.utils.translation import gettext as _

from trajectories.case_import.tables.problems import Problem, TableRefusedError

MAX_LINE = 1024 * 1024  # characters
PIECE = 256 * 1024
UTF_8, UTF_16, WINDOWS = "UTF-8", "UTF-16", "Windows-1252"
CODECS = {UTF_8: "utf-8-sig", UTF_16: "utf-16", WINDOWS: "cp1252"}
OTHER_FORMATS = {b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "PDF"}
SEPARATORS = ";,\t"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
# An accented letter in UTF-8. In Windows-1252 it is a capital A with a tilde or ring before a sign.
_LETTER_IN_UTF_8 = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")

OnBytes = Callable[[int], None]


@dataclass(frozen=True)
class Record:
    """The cells of one row, with the line on which it begins; with `error` they can't be told apart."""

    line: int
    cells: list[str]
    error: str = ""


class RecordFile(Protocol):
    """One of the files of an import, readable more than once."""

    size: int  # bytes, as `records` counts them

    @property
    def read_as(self) -> str:
        """In words of the report, how the file is read."""

    def records(self, on_bytes: OnBytes) -> Iterator[Record]:
        """The header and the rows that are not empty. Raises TableRefusedError for what is no table."""


@dataclass
class TextFile:
    """A CSV file, or one with tabs, in whatever an office saves it."""

    opened: Callable[[], BinaryIO]
    size: int

    @property
    def read_as(self) -> str:
        return self._encoding

    @cached_property
    def _encoding(self) -> str:
        with self.opened() as stream:
            return _encoding_of(stream)

    def records(self, on_bytes: OnBytes) -> Iterator[Record]:
        """The header and the rows that are not empty, each with the line on which it begins."""
        codec = CODECS[self._encoding]
        with self.opened() as stream:
            counted = io.BufferedReader(_Counted(stream, on_bytes), PIECE)
            yield from _records(_lines(io.TextIOWrapper(counted, encoding=codec, newline="")))


class _Counted(io.RawIOBase):
    """A stream that tells how many bytes were read."""

    def __init__(self, stream: BinaryIO, on_bytes: OnBytes) -> None:
        self._stream, self._on_bytes = stream, on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        self._on_bytes(len(piece))
        return len(piece)


def _encoding_of(stream: BinaryIO) -> str:
    head = stream.read(PIECE)
    _refuse_other_formats(head)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UTF_16
    if b"\x00" in head.partition(b"\n")[0]:
        reason = _("This is not a text file: it holds NUL bytes. Save it as “CSV UTF-8” or as .xlsx.")
        raise TableRefusedError(1, Problem("", reason))
    reading = _Reading()
    for piece in chain([head], iter(lambda: stream.read(PIECE), b"")):
        reading.take(piece)
    return reading.encoding()


class _Reading:
    """Whether the pieces of a file can be read as UTF-8, and as Windows-1252."""

    def __init__(self) -> None:
        self._utf_8 = codecs.getincrementaldecoder("utf-8")()
        self._line, self._not_utf_8, self._not_windows, self._has_letters_in_utf_8 = 1, 0, 0, False

    def take(self, piece: bytes) -> None:
        self._has_letters_in_utf_8 |= bool(_LETTER_IN_UTF_8.search(piece))
        if not self._not_utf_8:
            self._not_utf_8 = self._line_of_error(piece, self._utf_8.decode)
        if not self._not_windows:
            self._not_windows = self._line_of_error(piece, codecs.getdecoder("cp1252"))
        self._line += piece.count(b"\n")

    def encoding(self) -> str:
        """The encoding. Raises TableRefusedError when it is neither, or something of both."""
        if not self._not_utf_8:
            return UTF_8
        if self._not_windows:
            reason = _("This line is not text that can be read. Save the file as “CSV UTF-8” or as .xlsx.")
            raise TableRefusedError(self._not_windows, Problem("", reason))
        if self._has_letters_in_utf_8:
            reason = _(
                "This line is written in Windows-1252 and others are in UTF-8. Open the file, look at the "
                "names with accents, and save it as “CSV UTF-8” or as .xlsx."
            )
            raise TableRefusedError(self._not_utf_8, Problem("", reason))
        return WINDOWS

    def _line_of_error(self, piece: bytes, decode: Callable[[bytes], object]) -> int:
        try:
            decode(piece)
        except UnicodeDecodeError as error:
            return self._line + error.object[: error.start].count(b"\n")
        return 0


def _refuse_other_formats(head: bytes) -> None:
    for start, kind in OTHER_FORMATS.items():
        if head.startswith(start):
            reason = _("This is not a CSV file but %(format)s. Save it as “CSV UTF-8” or as .xlsx.")
            raise TableRefusedError(1, Problem("", reason % {"format": kind}))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                reason = _("This line is so long that this is not a CSV file.")
                raise TableRefusedError(number, Problem("", reason))
            yield line
    except UnicodeDecodeError as error:  # UTF-16 that ends in the middle
        reason = _("This line is not text that can be read. Save the file as “CSV UTF-8” or as .xlsx.")
        raise TableRefusedError(number + 1, Problem("", reason)) from error


def _records(lines: Iterator[str]) -> Iterator[Record]:
    first = next(lines, "")
    said = _SEPARATOR_LINE.fullmatch(first)
    before = 1 if said else 0
    if said:
        first = next(lines, "")
    if not first.strip():
        raise TableRefusedError(1, Problem("", _("The file is empty: it has not even a header.")))
    separator = said[1] if said else max(SEPARATORS, key=first.count)
    reader = csv.reader(chain([first], lines), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _unreadable(line + before, reader.line_num + before, error)
            continue
        if any(cell and not cell.isspace() for cell in cells):
            yield Record(line + before, cells)


def _unreadable(line: int, last_line: int, error: csv.Error) -> Record:
    """A record that csv can't parse; when a quote was never closed the rest is lost as well."""
    if last_line > line or "unexpected end" in str(error) or "field larger" in str(error):
        raise TableRefusedError(
            line,
            Problem("", _("A quotation mark that opens here is never closed, or a field is far too long.")),
        )
    return Record(line, [], error=_("The quotation marks in this row do not match."))

"""Where the files come from: a folder, a zip file that is never unpacked to disk, or one workbook."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from django.core.files import File
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from trajectories.case_import.tables.records import RecordFile, TextFile
from trajectories.case_import.tables.sheets import MAX_WORKBOOK_BYTES, SheetFile, WorkbookFile
from trajectories.case_import.tables.unpacking import refuse_bomb

FILE_NAMES = (
    "teams.csv",
    "staff.csv",
    "clients.csv",
    "assignments.csv",
    "trajectories.csv",
    "stages.csv",
    "jobs.csv",
    "contacts.csv",
)
TABLES = {name.removesuffix(".csv"): name for name in FILE_NAMES}
TEXT, WORKBOOK = (".csv", ".txt", ".tsv"), ".xlsx"
OTHER_TABLES = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers")
# What lies beside tables in a zip of an office, and is never one.
PAPERS = (".txt", ".md", ".pdf", ".doc", ".docx", ".rtf", ".html", ".msg", ".eml", ".url", ".lnk")
LEFT_BY_SYSTEMS = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini"}
LOCK_STARTS = ("~$", ".~lock.", "._")  # beside a workbook that somebody has open


@dataclass(frozen=True)
class Found:
    """A file as it lies in a folder or a zip file."""

    name: str
    size: int
    opened: Callable[[], BinaryIO]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem.strip().lower()

    @property
    def ending(self) -> str:
        return PurePosixPath(self.name).suffix.strip().lower()


@dataclass
class Source:
    """The files of one import by the name of the contract, and what is said of those left alone."""

    files: dict[str, RecordFile] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes to read per file, in the order in which the files are imported."""
        return {name: self.files[name].size for name in FILE_NAMES if name in self.files}

    def take(self, found: Found) -> bool:
        """Take a file, or the sheets of a workbook; False when it is none of an import.

        Raises RuleError for a file that would be one if it were saved otherwise, and for a second one.
        """
        if found.ending in TEXT and found.stem in TABLES:
            self._add(TABLES[found.stem], TextFile(found.opened, found.size))
            return True
        if found.ending == WORKBOOK:
            return self._take_sheets(found)
        if found.ending in OTHER_TABLES and found.stem in TABLES:
            raise RuleError(_("%(file)s can't be read. Save it as .xlsx or as “CSV UTF-8”.") % _named(found))
        return False

    def leave_alone(self, name: str) -> None:
        self.notices.append(
            _("%(file)s is not one of the files of an import and was left alone.") % {"file": name[:80]}
        )

    def refuse_nothing(self) -> None:
        """Raise RuleError when there is no file to import."""
        if not self.files:
            raise RuleError(
                _("None of the files of an import is here. Expected: %(names)s.")
                % {"names": ", ".join(FILE_NAMES)}
            )

    def _take_sheets(self, found: Found) -> bool:
        workbook = WorkbookFile(found.name, found.opened)
        named = {title: table for title in workbook.titles if (table := _table_of(title))}
        if not named and found.stem in TABLES:
            named = {_only_sheet(workbook): TABLES[found.stem]}
        for title, table in named.items():
            self._add(table, SheetFile(workbook, title, workbook.unpacked // len(named) + 1))
        for title in workbook.titles if named else ():
            if title not in named:
                self.leave_alone(_("Sheet “%(sheet)s”") % {"sheet": title})
        return bool(named)

    def _add(self, table: str, file: RecordFile) -> None:
        if table in self.files:
            reason = _("%(file)s is here twice, as a file or as a sheet. Keep one of them.")
            raise RuleError(reason % {"file": table.removesuffix(".csv")})
        self.files[table] = file


class FolderSource(Source):
    """A folder on this machine. Raises RuleError when it holds none of the eight files."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        if not folder.is_dir():
            raise RuleError(_("There is no folder %(folder)s.") % {"folder": folder})
        for path in sorted(folder.iterdir()):
            if not path.is_file() or _is_left_by_systems(path.name):
                continue
            found = Found(path.name, path.stat().st_size, _opener(path))
            if not self.take(found) and found.ending in (".csv", ".tsv", WORKBOOK, *OTHER_TABLES):
                self.leave_alone(found.name)
        self.refuse_nothing()


class ZipSource(Source):
    """A zip file with the files in it, flat or in one folder, or one workbook. Else raises RuleError."""

    def __init__(self, file: BinaryIO | File) -> None:
        super().__init__()
        try:
            self._zip = zipfile.ZipFile(cast(BinaryIO, file))  # Django's File reads like one
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise RuleError(_("This is not a zip file, or it is damaged.")) from error
        if "xl/workbook.xml" in self._zip.namelist():
            self._take_workbook(cast(BinaryIO, file))
        else:
            self._take_entries()
        self.refuse_nothing()

    def _take_workbook(self, file: BinaryIO) -> None:
        refuse_bomb(self._zip.infolist())
        content = _bytes_of(file)
        self.take(Found("import.xlsx", len(content), lambda: io.BytesIO(content)))

    def _take_entries(self) -> None:
        folders: set[str] = set()
        taken = []
        for entry, path in _entries(self._zip):
            found = Found(path.name, entry.file_size, self._opener(entry))
            _refuse_place(entry, path)
            refuse_bomb([entry])
            if self.take(found):
                taken.append(entry)
                folders.add(str(path.parent))
            elif found.ending in PAPERS:
                self.leave_alone(found.name)
            else:
                raise RuleError(_not_expected(entry, found))
        if len(folders) > 1:
            raise RuleError(_("The files of one import stand together in the zip file, each once."))
        refuse_bomb(taken)

    def _opener(self, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
        def opened() -> BinaryIO:
            # Reads at most the size that was promised and checked, whatever the entry really holds.
            stream = cast(BinaryIO, self._zip.open(entry))
            if not entry.filename.lower().endswith(WORKBOOK):
                return stream
            with stream:
                return io.BytesIO(_bytes_of(stream))

        return opened


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or any(_is_left_by_systems(part) for part in path.parts):
            continue
        if entry.flag_bits & 0x1:
            raise RuleError(_("The zip file has a password. Make one without a password."))
        yield entry, path


def _refuse_place(entry: zipfile.ZipInfo, path: PurePosixPath) -> None:
    if len(path.parts) > 2 or ".." in path.parts or path.is_absolute():
        raise RuleError(
            _("%(file)s lies too deep in the zip file. Put the files in the zip itself, or in one folder.")
            % {"file": entry.filename[:80]}
        )


def _not_expected(entry: zipfile.ZipInfo, found: Found) -> str:
    text = _(
        "%(file)s in the zip file is not one of the files of an import. Take it out, or give it one of these "
        "names: %(names)s."
    ) % {"file": entry.filename[:80], "names": ", ".join(FILE_NAMES)}
    near = get_close_matches(found.stem, TABLES, 1, 0.6)
    return text + (_(" Do you mean %(code)s?") % {"code": TABLES[near[0]]} if near else "")


def _is_left_by_systems(name: str) -> bool:
    return name.lower() in LEFT_BY_SYSTEMS or name.startswith(LOCK_STARTS)


def _table_of(title: str) -> str | None:
    return TABLES.get(title.strip().lower().removesuffix(".csv"))


def _only_sheet(workbook: WorkbookFile) -> str:
    if len(workbook.titles) != 1:
        raise RuleError(
            _("%(file)s has several sheets. Give the sheet that is meant the name %(sheet)s.")
            % {"file": workbook.name[:80], "sheet": PurePosixPath(workbook.name).stem}
        )
    return workbook.titles[0]


def _bytes_of(stream: BinaryIO) -> bytes:
    stream.seek(0) if stream.seekable() else None
    content = stream.read(MAX_WORKBOOK_BYTES + 1)
    if len(content) > MAX_WORKBOOK_BYTES:
        raise RuleError(
            _("A workbook is at most %(limit)s MB. Save its sheets as CSV.")
            % {"limit": MAX_WORKBOOK_BYTES // 1024 // 1024}
        )
    return content


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _named(found: Found) -> dict[str, str]:
    return {"file": found.name[:80]}

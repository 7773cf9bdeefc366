"""Where the files come from: a folder, or a zip file that is never unpacked to disk."""

import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from django.core.files import File
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError

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
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
# Case files shrink about tenfold. A zip that promises far more is built to fill memory or disk.
MAX_RATIO = 200
HARMLESS_BYTES = 10 * 1024 * 1024
LEFT_BY_SYSTEMS = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini"}


class Source(Protocol):
    """The files of one import, readable more than once."""

    sizes: dict[str, int]
    notices: tuple[str, ...]

    def open(self, name: str) -> BinaryIO:
        """The file as bytes."""


class FolderSource:
    """A folder on this machine. Raises RuleError when it holds none of the eight files."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise RuleError(_("There is no folder %(folder)s.") % {"folder": folder})
        self._paths = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
        self.sizes = {name: self._paths[name].stat().st_size for name in FILE_NAMES if name in self._paths}
        self.notices = tuple(
            _("%(file)s is not one of the files of an import and was left alone.") % {"file": path.name}
            for name, path in self._paths.items()
            if name.endswith(".csv") and name not in FILE_NAMES
        )
        if not self.sizes:
            raise RuleError(_no_files())

    def open(self, name: str) -> BinaryIO:
        return self._paths[name].open("rb")


class ZipSource:
    """A zip file with the files in it, flat or in one folder. Raises RuleError for anything else."""

    notices: tuple[str, ...] = ()

    def __init__(self, file: BinaryIO | File) -> None:
        try:
            self._zip = zipfile.ZipFile(cast(BinaryIO, file))  # Django's File reads like one
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise RuleError(_("This is not a zip file, or it is damaged.")) from error
        self._entries = _known_entries(self._zip)
        _refuse_bomb(list(self._entries.values()))
        self.sizes = {name: self._entries[name].file_size for name in FILE_NAMES if name in self._entries}

    def open(self, name: str) -> BinaryIO:
        # Reads at most the size that was promised and checked, whatever the entry really holds.
        return cast(BinaryIO, self._zip.open(self._entries[name]))


def _known_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    folders: set[str] = set()
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or {part.lower() for part in path.parts} & LEFT_BY_SYSTEMS:
            continue
        name = path.name.lower()
        if name not in FILE_NAMES or len(path.parts) > 2 or ".." in path.parts or path.is_absolute():
            raise RuleError(
                _("%(file)s in the zip file is not one of the files of an import. Expected: %(names)s.")
                % {"file": entry.filename[:80], "names": ", ".join(FILE_NAMES)}
            )
        folders.add(str(path.parent))
        if name in entries or len(folders) > 1:
            raise RuleError(_("The files of one import stand together in the zip file, each once."))
        if entry.flag_bits & 0x1:
            raise RuleError(_("The zip file has a password. Make one without a password."))
        entries[name] = entry
    if not entries:
        raise RuleError(_no_files())
    return entries


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MAX_UNPACKED_BYTES:
        raise RuleError(
            _("The files are larger than %(limit)s MB together. Use the command import_cases on the server.")
            % {"limit": MAX_UNPACKED_BYTES // 1024 // 1024}
        )
    if unpacked > HARMLESS_BYTES and unpacked / packed > MAX_RATIO:
        raise RuleError(_("This zip file unpacks to an improbable size and was refused."))


def _no_files() -> str:
    return _("None of the files of an import is here. Expected: %(names)s.") % {
        "names": ", ".join(FILE_NAMES)
    }

"""Files in: the import contract of docs/domain.md, section 10. For people: docs/import.md."""

from trajectories.services.case_import.report import FileReport, ImportReport, Refusal
from trajectories.services.case_import.running import ImportBusyError, OnProgress, Progress, import_cases
from trajectories.services.case_import.source import FILE_NAMES, FolderSource, Source, ZipSource

__all__ = [
    "FILE_NAMES",
    "FileReport",
    "FolderSource",
    "ImportBusyError",
    "ImportReport",
    "OnProgress",
    "Progress",
    "Refusal",
    "Source",
    "ZipSource",
    "import_cases",
]

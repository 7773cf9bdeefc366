"""The identifiers of destroyed files, in a file outside the database and outside its backup.

A restore brings back what was destroyed after the backup; with this file it is destroyed again. A line
holds an identifier, what happened and when: nothing that tells who it was, once the file is gone. "begun"
is written before the destruction, "done" after it: nothing that was destroyed can be missing.
"""

import fcntl
import json
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ipsplatform.common.disk import sync_folder

BEGUN, DONE = "begun", "done"


class NoErasedIdsFileError(Exception):
    """The setting ERASED_IDS_FILE is empty: nothing may be destroyed, since a restore would undo it."""


def record(identifier: UUID, event: str) -> None:
    """Add a line; it is on disk when this returns. Raises NoErasedIdsFileError and OSError."""
    path = _path()
    is_new = not path.exists()
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        line = {"id": str(identifier), "event": event, "at": timezone.now().isoformat(timespec="seconds")}
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync_folder(path.parent)


def recorded() -> dict[UUID, str]:
    """Every identifier with its last event. A line cut off by a crash is skipped."""
    found: dict[UUID, str] = {}
    path = _path()
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                found[UUID(entry["id"])] = entry["event"]
            except (ValueError, KeyError, TypeError):
                continue
    return found


def is_set_up() -> bool:
    """Whether ERASED_IDS_FILE names a file, so that files may be destroyed."""
    return bool(settings.ERASED_IDS_FILE)


def _path() -> Path:
    if not is_set_up():
        raise NoErasedIdsFileError("Set ERASED_IDS_FILE, see .env.example: without it nothing is destroyed.")
    return Path(settings.ERASED_IDS_FILE)

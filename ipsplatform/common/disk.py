"""What is on disk after a power cut, and what is wrong with a disk, in words."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS = {
    errno.ENOENT: gettext_lazy("it does not exist"),
    errno.ENOTDIR: gettext_lazy("that is a file, not a folder"),
    errno.EEXIST: gettext_lazy("that is a file, not a folder"),
    errno.EISDIR: gettext_lazy("that is a folder, not a file"),
    errno.EACCES: gettext_lazy("this user has no rights there"),
    errno.EPERM: gettext_lazy("this user has no rights there"),
    errno.EROFS: gettext_lazy("nothing can be written on that disk"),
    errno.ENOSPC: gettext_lazy("the disk is full"),
    errno.EDQUOT: gettext_lazy("the disk is full"),
    errno.EFBIG: gettext_lazy("no file may become that large there"),
    errno.EIO: gettext_lazy("the disk can't be read or written"),
}


def reason_of(error: Exception) -> str:
    """Why the disk refused, without numbers. A library that is no Python says the number in its text."""
    number = (isinstance(error, OSError) and error.errno) or 0
    if found := re.search(r"(?:os error |Errno )(\d+)", str(error)):
        number = int(found.group(1))
    return str(REASONS.get(number) or getattr(error, "strerror", None) or error)


@contextmanager
def disk_in_words() -> Iterator[None]:
    """For a command: one sentence that names the file instead of a traceback. Raises CommandError."""
    try:
        yield
    except ConnectionError:  # of a server, not of a disk
        raise
    except OSError as error:
        if error.filename is None:
            raise CommandError(_("The disk refused: %(reason)s.") % {"reason": reason_of(error)}) from error
        raise CommandError(
            _("%(path)s can't be used: %(reason)s.") % {"path": error.filename, "reason": reason_of(error)}
        ) from error


def sync_folder(folder: Path) -> None:
    """The names of new files in it are on disk when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

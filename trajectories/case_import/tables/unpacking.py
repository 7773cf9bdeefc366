"""What a zip file may hold: nothing that is built to fill memory or disk."""

import zipfile
from collections.abc import Sequence

from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError

MAX_UNPACKED_BYTES = 500 * 1024 * 1024
# Case files shrink about tenfold. A zip that promises far more is built to fill memory or disk.
MAX_RATIO = 200
HARMLESS_BYTES = 10 * 1024 * 1024


def refuse_bomb(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Raise RuleError when the entries together unpack to more than is read, or to an improbable size."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MAX_UNPACKED_BYTES:
        raise RuleError(
            _("The files are larger than %(limit)s MB together. Use the command import_cases on the server.")
            % {"limit": MAX_UNPACKED_BYTES // 1024 // 1024}
        )
    if unpacked > HARMLESS_BYTES and unpacked / packed > MAX_RATIO:
        raise RuleError(_("This zip file unpacks to an improbable size and was refused."))

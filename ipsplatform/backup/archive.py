"""The file of a backup: a tar in the format of age, so `age -d` and `tar` read it without this product.

It holds `database/NUMBER` (the custom format of pg_dump, in parts, because a tar wants to know sizes ahead),
`files/PATH`, and at the end `manifest.json`.
"""

import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from subprocess import PIPE
from typing import BinaryIO

from django.utils.translation import gettext as _
from pyrage.x25519 import Identity, Recipient

from ipsplatform.backup.encryption import decrypting, encrypting, is_encrypted
from ipsplatform.backup.errors import DAMAGED, BackupError
from ipsplatform.backup.programs import running

FORMAT = 3
READABLE = {2, FORMAT}  # a manifest of format 2 has no seal
PART_BYTES = 4 << 20
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds; `tables` are [rows, checksum], with which a restored database is compared.

    `last_seal` is number and seal at the end of the chain of the access log: an anchor outside the database.
    """

    made_at: str
    server: str
    migrations: list[str]
    tables: dict[str, list]
    files: int
    last_seal: str = ""
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(rows for rows, _checksum in self.tables.values())


@contextmanager
def writing(target: BinaryIO, to: list[Recipient]) -> Iterator[tarfile.TarFile]:
    """A tar that arrives encrypted at `target`."""
    with encrypting(target, to) as plain, tarfile.open(fileobj=plain, mode="w|") as tar:
        yield tar


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def add_dump(tar: tarfile.TarFile, dump: BinaryIO) -> None:
    for number, part in enumerate(iter(partial(dump.read, PART_BYTES), b"")):
        add(tar, f"database/{number:08}", part)


def add_manifest(tar: tarfile.TarFile, manifest: Manifest) -> None:
    add(tar, MANIFEST, json.dumps(asdict(manifest)).encode())


def entries(path: Path, keys: list[Identity], below: str = "") -> Iterator[tuple[str, bytes]]:
    """Name (without `below`) and content of each entry below it, in order. Raises BackupError."""
    if not is_encrypted(path):
        raise BackupError(
            _("%(name)s is not a backup of this product, or its beginning is damaged.") % {"name": path.name}
        )
    with decrypting(path, keys) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
        for entry in tar:
            if entry.name.startswith(below):
                yield entry.name.removeprefix(below), tar.extractfile(entry).read()


def checked(path: Path, keys: list[Identity]) -> Manifest:
    """Read all of a backup, and let pg_restore read its dump. Raises BackupError when it is not whole."""
    manifest, files = None, 0
    with running("pg_restore", "--file=/dev/null", stdin=PIPE) as reader:
        for name, content in entries(path, keys):
            if name == MANIFEST:
                manifest = _parsed(content)
            elif name.startswith("database/"):
                reader.stdin.write(content)
            elif PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise BackupError(_("The backup holds a file that would be written outside MEDIA_ROOT."))
            else:
                files += 1
    if manifest is None or manifest.files != files:
        raise BackupError(DAMAGED)
    return manifest


def _parsed(content: bytes) -> Manifest:
    values = json.loads(content)
    if values["format"] not in READABLE:
        raise BackupError(
            _(
                "The backup has format %(format)s, this version reads %(ours)s: "
                "restore it with the version that made it."
            )
            % {"format": values["format"], "ours": FORMAT}
        )
    return Manifest(**values)

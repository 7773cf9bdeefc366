"""The file of a backup: a tar that is compressed and, with a key, encrypted.

It begins with `about.json` (what made it), holds `tables/NAME/NUMBER` (PostgreSQL's own text format, in
parts) and `files/PATH`, and ends with `manifest.json`: rows and SHA-256 of each table, size and SHA-256 of
each file.
"""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from ipsplatform.backup.envelope import MAGIC, Opener, Sealer
from ipsplatform.backup.errors import DAMAGED, BackupError

FORMAT = 1
PART_BYTES = 4 << 20
READ_BYTES = 1 << 20
COMPRESSION = 6
GZIP = b"\x1f\x8b"
ABOUT, MANIFEST = "about.json", "manifest.json"


@dataclass(frozen=True)
class About:
    """Of which database: its migrations, its tables with their columns, its partitions with their bounds."""

    made_at: str
    server: str
    migrations: list[str]
    tables: dict[str, list[str]]
    partitions: dict[str, list[str]]
    format: int = FORMAT


@dataclass(frozen=True)
class Content:
    """How much it is, and a digest of what it says: rows of a table, bytes of a file."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup holds; a restored database is compared with it."""

    tables: dict[str, Content] = field(default_factory=dict)
    files: dict[str, Content] = field(default_factory=dict)
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(content.size for content in self.tables.values())

    @classmethod
    def of(cls, values: dict) -> "Manifest":
        kinds = {
            kind: {name: Content(**it) for name, it in values[kind].items()} for kind in ("tables", "files")
        }
        return cls(**kinds, sequences={name: tuple(state) for name, state in values["sequences"].items()})


class Tally:
    """Counts and digests what passes by."""

    def __init__(self) -> None:
        self.digest, self.rows, self.bytes = hashlib.sha256(), 0, 0

    def add(self, block: bytes) -> None:
        self.digest.update(block)
        self.rows += bytes(block).count(b"\n")  # a newline inside a value is written as \n
        self.bytes += len(block)

    def of_table(self) -> Content:
        return Content(self.rows, self.digest.hexdigest())

    def of_file(self) -> Content:
        return Content(self.bytes, self.digest.hexdigest())


class Writer:
    """Adds to the archive and keeps the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar, self.manifest = tar, Manifest()

    def add_about(self, about: About) -> None:
        self._add(ABOUT, json.dumps(asdict(about)).encode())

    def add_table(self, name: str, blocks: Iterable[bytes]) -> None:
        part, number, tally = bytearray(), 0, Tally()
        for block in blocks:
            tally.add(block)
            part += block
            if len(part) >= PART_BYTES:
                self._add(f"tables/{name}/{number:08}", part)
                part, number = bytearray(), number + 1
        self._add(f"tables/{name}/{number:08}", part)
        self.manifest.tables[name] = tally.of_table()

    def add_file(self, name: str, content: bytes) -> None:
        tally = Tally()
        tally.add(content)
        self._add(f"files/{name}", content)
        self.manifest.files[name] = tally.of_file()

    def add_manifest(self) -> None:
        self._add(MANIFEST, json.dumps(asdict(self.manifest)).encode())

    def _add(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self.tar.addfile(entry, io.BytesIO(content))


@contextmanager
def writing(target: BinaryIO, *, key: str) -> Iterator[Writer]:
    """Write an archive to `target`, encrypted unless `key` is empty."""
    outer = Sealer(target, key=key) if key else target
    with (
        gzip.GzipFile(fileobj=outer, mode="wb", compresslevel=COMPRESSION, filename="", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        yield Writer(tar)
    if key:
        outer.close()


def entries(path: Path, *, key: str) -> Iterator[tuple[str, BinaryIO]]:
    """Name and content of each entry, in order. Raises BackupError where the file is damaged."""
    if not looks_like_backup(path):
        raise BackupError(
            _("%(name)s is not a backup of this product, or its beginning is damaged.") % {"name": path.name}
        )
    with path.open("rb") as source:
        start = source.read(len(MAGIC))
        source.seek(0)
        outer = io.BufferedReader(Opener(source, key=key), READ_BYTES) if start == MAGIC else source
        with (
            _naming_damage(),
            gzip.GzipFile(fileobj=outer) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            for entry in tar:
                yield entry.name, tar.extractfile(entry)
            while packed.read(READ_BYTES):  # to the end: there stands the checksum of gzip
                pass


def looks_like_backup(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(len(MAGIC)).startswith((MAGIC, GZIP))


def checked(path: Path, *, key: str) -> tuple[About, Manifest]:
    """Read all of a backup and compare it with its own manifest. Raises BackupError when it does not fit."""
    about, manifest, tallies = None, None, {}
    for name, content in entries(path, key=key):
        if name == ABOUT:
            about = _about(_parsed(content))
        elif name == MANIFEST:
            manifest = Manifest.of(_parsed(content))
        else:
            tally = tallies.setdefault(owner_of(name), Tally())
            for block in blocks_of(content):
                tally.add(block)
    if about is None or manifest is None or not _fits(manifest, tallies):
        raise BackupError(DAMAGED)
    return about, manifest


def owner_of(name: str) -> tuple[str, str]:
    """To what an entry belongs: ("tables", table) or ("files", path)."""
    kind, _slash, rest = name.partition("/")
    return (kind, rest.rpartition("/")[0]) if kind == "tables" else (kind, rest)


def blocks_of(content: BinaryIO) -> Iterator[bytes]:
    with _naming_damage():
        while block := content.read(READ_BYTES):
            yield block


@contextmanager
def _naming_damage() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupError(DAMAGED) from error


def _parsed(content: BinaryIO) -> dict:
    try:
        return json.loads(b"".join(blocks_of(content)))
    except ValueError as error:
        raise BackupError(DAMAGED) from error


def _about(values: dict) -> About:
    if values.get("format") != FORMAT:
        raise BackupError(
            _(
                "The backup has format %(format)s, this version reads %(ours)s: "
                "restore it with the version that made it."
            )
            % {"format": values.get("format"), "ours": FORMAT}
        )
    return About(**values)


def _fits(manifest: Manifest, tallies: dict[tuple[str, str], Tally]) -> bool:
    found = {("tables", name): content for name, content in manifest.tables.items()} | {
        ("files", name): content for name, content in manifest.files.items()
    }
    read = {
        owner: tally.of_table() if owner[0] == "tables" else tally.of_file()
        for owner, tally in tallies.items()
    }
    return found == read

"""The file of a backup: what is damaged, cut off, foreign or of another key is refused."""

import io
import random
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from pyrage.x25519 import Identity

from ipsplatform.backup import archive
from ipsplatform.backup.archive import Manifest
from ipsplatform.backup.encryption import MAGIC, identities, recipients
from ipsplatform.backup.errors import BackupError

pytestmark = pytest.mark.shows(18)
KEY, OTHER = Identity.generate(), Identity.generate()
MANIFEST = Manifest(made_at="2026-03-02", server="", migrations=[], tables={"team": [2, "7"]}, files=1)
CHUNK = (64 << 10) + 16  # of age: so much is checked at once


def write(path: Path, *, filler: int = 0, manifest: Manifest = MANIFEST) -> Path:
    with path.open("wb") as target, archive.writing(target, [KEY.to_public()]) as tar:
        archive.add(tar, "files/a/b.csv", b"Noord" + random.Random(7).randbytes(filler))
        archive.add_manifest(tar, manifest)
    return path


def read(path: Path, *, key: Identity = KEY) -> dict[str, bytes]:
    return dict(archive.entries(path, [key]))


def test_what_was_written_is_read(tmp_path):
    assert read(write(tmp_path / "file")).keys() == {"files/a/b.csv", "manifest.json"}


def test_nothing_readable_is_left_in_the_file(tmp_path):
    content = write(tmp_path / "file").read_bytes()
    assert content.startswith(MAGIC)
    assert b"Noord" not in content


def test_age_itself_reads_it(tmp_path):
    """The library's whole-file call and, where it is installed, the program."""
    path, names = write(tmp_path / "file"), tmp_path / "key.txt"
    content = pyrage.decrypt(path.read_bytes(), [KEY])
    assert b"Noord" in content
    if shutil.which("age"):
        names.write_text(f"{KEY}\n")
        command = ["age", "--decrypt", "--identity", str(names), str(path)]
        assert subprocess.run(command, capture_output=True, check=True).stdout == content


def test_every_byte_counts(tmp_path):
    path, accepted = write(tmp_path / "file"), []
    whole = path.read_bytes()
    places = [*range(400), *range(400, len(whole), 97), len(whole) - 1]
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            read(path)
        except BackupError:
            continue
        accepted.append(place)
    assert accepted == []


def test_file_that_was_cut_off_is_refused(tmp_path):
    path = write(tmp_path / "file", filler=3 * CHUNK)
    whole = path.read_bytes()
    start = len(whole) % CHUNK
    for length in (0, 10, len(MAGIC), start, start + CHUNK, start + 2 * CHUNK, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            read(path)


def test_last_piece_counts_also_when_the_tar_ended_before_it(tmp_path):
    """A tar is filled up with zeros; here these alone stand in the last piece of age."""
    path = write(tmp_path / "file", filler=61_435)
    whole = path.read_bytes()
    assert len(pyrage.decrypt(whole, [KEY]).rstrip(b"\0")) < 64 << 10 < len(pyrage.decrypt(whole, [KEY]))
    for broken in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:-6160], whole[:-100]):
        path.write_bytes(broken)
        with pytest.raises(BackupError):
            read(path)


def test_pieces_can_not_change_places(tmp_path):
    path = write(tmp_path / "file", filler=4 * CHUNK)
    whole = path.read_bytes()
    header = whole.index(b"\n--- ") + 5 + 43 + 1 + 16  # its MAC, the line, the nonce
    one, two = (whole[header + n * CHUNK : header + (n + 1) * CHUNK] for n in range(2))
    path.write_bytes(whole[:header] + one + two + whole[header + 2 * CHUNK :])
    assert read(path)
    path.write_bytes(whole[:header] + two + one + whole[header + 2 * CHUNK :])
    with pytest.raises(BackupError, match="beschadigd"):
        read(path)


def test_another_key_is_refused(tmp_path):
    with pytest.raises(BackupError, match="past niet op deze back-up"):
        read(write(tmp_path / "file"), key=OTHER)


def test_other_file_is_not_taken_for_a_backup(tmp_path):
    path = tmp_path / "dump.sql"
    path.write_text("CREATE TABLE team ();")
    with pytest.raises(BackupError, match=r"dump\.sql is geen back-up"):
        read(path)


def test_file_without_a_dump_is_refused(tmp_path):
    with pytest.raises(BackupError, match="pg_restore: "):
        archive.checked(write(tmp_path / "file"), [KEY])


def test_other_format_is_refused(tmp_path):
    newer = Manifest(made_at="", server="", migrations=[], tables={}, files=1, format=4)
    with pytest.raises(BackupError, match="heeft indeling 4, deze versie leest 3"):
        archive.checked(write(tmp_path / "file", manifest=newer), [KEY])


def test_backup_of_before_manifests_held_a_seal_is_read(tmp_path):
    """The drill and test_backup.py restore; here only the manifest is older."""
    older = Manifest(made_at="", server="", migrations=[], tables={}, files=1, format=2)
    with pytest.raises(BackupError, match="pg_restore: "):  # it goes on to the dump, which is not there
        archive.checked(write(tmp_path / "file", manifest=older), [KEY])
    assert older.last_seal == ""


def test_disk_that_is_full_ends_the_writing():
    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, block: bytes) -> int:
            raise OSError(28, "No space left on device")

    with (
        pytest.raises(pyrage.EncryptError, match="No space left"),
        archive.writing(Full(), [KEY.to_public()]) as tar,
    ):
        archive.add(tar, "files/a", bytes(8 << 20))


@pytest.mark.parametrize(
    ("recipient", "reason"), [([], "stel BACKUP_RECIPIENT in"), (["age1kort"], "geen ontvanger van age")]
)
def test_backup_without_a_recipient_is_refused(settings, recipient, reason):
    settings.BACKUP_RECIPIENT = recipient
    with pytest.raises(BackupError, match=reason):
        recipients()


@pytest.mark.parametrize(
    ("identity", "reason"), [("", "stel BACKUP_IDENTITY in"), ("AGE-SECRET-KEY-1ABC", "niet heel")]
)
def test_restore_without_a_key_is_refused(settings, identity, reason):
    settings.BACKUP_IDENTITY = identity
    with pytest.raises(BackupError, match=reason):
        identities()


def test_key_is_read_as_age_keygen_writes_it_and_an_older_one_beside_it(settings):
    settings.BACKUP_IDENTITY = f"# created: 2026-03-02\n# public key: {KEY.to_public()}\n{KEY}\n{OTHER}\n"
    assert [str(key) for key in identities()] == [str(KEY), str(OTHER)]

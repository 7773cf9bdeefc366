"""The file of a backup: what is damaged, cut off, foreign or of another key is refused."""

import random
from pathlib import Path

import pytest

from ipsplatform.backup.archive import About, Content, checked, writing
from ipsplatform.backup.envelope import FRAME_BYTES, LENGTH_BYTES, MAGIC, TAG_BYTES, mark_of
from ipsplatform.backup.errors import BackupError

pytestmark = pytest.mark.shows(18)
KEY = "sleutel-van-de-kluis-die-lang-genoeg-is-0001"
ABOUT = About(made_at="2026-03-02", server="", migrations=[], tables={"team": ["id"]}, partitions={})
HEADER = len(MAGIC) + 8 + 16


def write(path: Path, *, key: str, rows: bytes = b"1\tNoord\n2\tZuid\n", about: About = ABOUT) -> Path:
    with path.open("wb") as target, writing(target, key=key) as archive:
        archive.add_about(about)
        archive.add_table("team", [rows])
        archive.add_file("a/b.csv", b"Aa")
        archive.add_manifest()
    return path


def incompressible(megabytes: int) -> bytes:
    return random.Random(7).randbytes(megabytes << 20)


@pytest.fixture(params=[KEY, ""], ids=["encrypted", "plain"])
def key(request) -> str:
    return request.param


def test_what_was_written_is_read(tmp_path, key):
    about, manifest = checked(write(tmp_path / "file", key=key), key=key)
    assert about == ABOUT
    assert manifest.tables["team"].size == manifest.rows == 2
    assert manifest.files == {"a/b.csv": Content(2, manifest.files["a/b.csv"].sha256)}


def test_nothing_readable_is_left_in_an_encrypted_file(tmp_path):
    content = write(tmp_path / "file", key=KEY).read_bytes()
    assert b"Noord" not in content
    assert not content[HEADER:].startswith(b"\x1f\x8b")


def test_every_byte_of_an_encrypted_file_counts(tmp_path):
    path = write(tmp_path / "file", key=KEY)
    whole, accepted = path.read_bytes(), []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            checked(path, key=KEY)
        except BackupError:
            continue
        accepted.append(place)
    assert accepted == []


def test_damage_in_a_readable_file_is_found(tmp_path):
    path = write(tmp_path / "file", key="", rows=incompressible(1))
    whole = path.read_bytes()
    for place in range(40, len(whole), len(whole) // 20):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupError, match="beschadigd"):
            checked(path, key="")


def test_file_that_was_cut_off_is_refused(tmp_path, key):
    path = write(tmp_path / "file", key=key, rows=incompressible(3))
    whole = path.read_bytes()
    frame = LENGTH_BYTES + FRAME_BYTES + TAG_BYTES
    for length in (0, 10, HEADER, HEADER + frame, HEADER + 2 * frame, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            checked(path, key=key)


def test_frames_can_not_change_places(tmp_path):
    path = write(tmp_path / "file", key=KEY, rows=incompressible(3))
    whole, frame = path.read_bytes(), LENGTH_BYTES + FRAME_BYTES + TAG_BYTES
    one, two = whole[HEADER : HEADER + frame], whole[HEADER + frame : HEADER + 2 * frame]
    path.write_bytes(whole[:HEADER] + two + one + whole[HEADER + 2 * frame :])
    with pytest.raises(BackupError, match="beschadigd"):
        checked(path, key=KEY)


def test_another_key_is_named_by_its_mark(tmp_path):
    path = write(tmp_path / "file", key=KEY)
    with pytest.raises(BackupError, match=f"andere sleutel.*{mark_of(KEY).hex()}"):
        checked(path, key=KEY.replace("1", "2"))
    with pytest.raises(BackupError, match=f"versleuteld: stel BACKUP_KEY in.*{mark_of(KEY).hex()}"):
        checked(path, key="")


def test_other_file_is_not_taken_for_a_backup(tmp_path):
    path = tmp_path / "dump.sql"
    path.write_text("CREATE TABLE team ();")
    with pytest.raises(BackupError, match=r"dump\.sql is geen back-up"):
        checked(path, key=KEY)


def test_newer_format_is_refused(tmp_path, key):
    newer = About(made_at="", server="", migrations=[], tables={}, partitions={}, format=2)
    with pytest.raises(BackupError, match="heeft indeling 2, deze versie leest 1"):
        checked(write(tmp_path / "file", key=key, about=newer), key=key)

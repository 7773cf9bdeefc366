"""The script that archives PostgreSQL's log: whole segments only, and none is overwritten."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = settings.BASE_DIR / "docker/archive-wal.sh"


@pytest.fixture
def archive(tmp_path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


def offer(content: bytes, archive: Path) -> int:
    segment = archive.parent / "segment"
    segment.write_bytes(content)
    command = ["sh", SCRIPT, segment, "000000010000000000000001", archive]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_segment_is_kept_once_and_never_changed(archive):
    assert offer(b"first", archive) == 0
    assert offer(b"first", archive) == 0  # after a crash PostgreSQL asks again
    assert offer(b"other", archive) != 0
    assert [path.read_bytes() for path in archive.iterdir()] == [b"first"]


def test_what_a_crash_left_half_is_written_again(archive):
    (archive / ".000000010000000000000001.part").write_bytes(b"fi")
    assert offer(b"first", archive) == 0
    assert [path.read_bytes() for path in archive.iterdir()] == [b"first"]


def test_archive_that_is_not_there_is_a_failure(archive):
    archive.rmdir()
    assert offer(b"first", archive) != 0

"""A command that is given a wrong folder or file says so in a sentence, whatever is wrong with it."""

import io
import resource
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pyrage.x25519 import Identity

from ipsplatform.backup.log_lines import log_done
from staff.access_log.sealing import seal_lines

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shows(18)]
KEY = Identity.generate()
CLOSED = Path("/sys/kernel")  # where nobody may make a file, the superuser neither
UNREADABLE = Path("/proc/self/mem")  # a file that can be opened, and gives an error when it is read
WRONG = {
    "missing": lambda folder: folder / "missing/deeper",
    "a file": lambda folder: folder / "file",
    "below a file": lambda folder: folder / "file/deeper",
    "a folder": lambda folder: folder,
    "closed": lambda _folder: CLOSED / "backups",
    "unreadable": lambda _folder: UNREADABLE,
    "noise": lambda folder: folder / "noise",
}
# Which of them are wrong for a command, and how it is given one.
COMMANDS = {
    "backup": (["missing", "a file", "below a file", "closed", "unreadable"], lambda path: ["backup", path]),
    "restore": (
        ["missing", "a file", "below a file", "a folder", "closed", "unreadable", "noise"],
        lambda path: ["restore", path],
    ),
    "restore on trial": (
        ["missing", "a file", "a folder", "unreadable", "noise"],
        lambda path: ["restore", path, "--check"],
    ),
    "export of the seals": (
        ["missing", "below a file", "a folder", "closed"],
        lambda path: ["verify_audit", "--export", path],
    ),
    "comparison with the seals": (
        ["missing", "a file", "below a file", "a folder", "unreadable", "noise"],
        lambda path: ["verify_audit", "--against", path],
    ),
    "import": (
        ["missing", "a file", "below a file", "a folder", "closed", "unreadable"],
        lambda path: ["import_cases", path],
    ),
}
CASES = [(name, what) for name, (wrong, _arguments) in COMMANDS.items() for what in wrong]


@pytest.fixture(autouse=True)
def _keys_and_files(settings, tmp_path):
    settings.BACKUP_RECIPIENT, settings.BACKUP_IDENTITY = [str(KEY.to_public())], str(KEY)
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "file").write_text("something else\n")
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00\xff")


def refusal(arguments: list) -> str:
    with pytest.raises(CommandError) as refused:  # anything else would be a traceback for whoever typed it
        call_command(*map(str, arguments), stdout=io.StringIO())
    return str(refused.value)


@pytest.mark.parametrize(("name", "what"), CASES)
def test_what_is_wrong_is_said_in_a_sentence(name, what, tmp_path):
    said = refusal(COMMANDS[name][1](WRONG[what](tmp_path)))
    assert "Errno" not in said
    assert "\n" not in said.strip()
    assert said.rstrip().endswith(".")


@pytest.mark.parametrize("name", ["backup", "export of the seals"])
def test_full_disk_is_said_and_leaves_no_half_file(name, tmp_path):
    log_done("backup", rows=1)
    seal_lines(settled_after=0)
    target = tmp_path / "target"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        said = refusal(COMMANDS[name][1](target))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "zo groot mag een bestand daar niet worden" in said
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left <= {"file", "noise", ".backup.lock"}


def test_backup_makes_no_folders_above_its_own(tmp_path):
    """A mistyped name, or a disk that is not mounted, is no reason to fill another disk."""
    refusal(["backup", tmp_path / "mnt/backups"])
    assert not (tmp_path / "mnt").exists()

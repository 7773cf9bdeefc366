"""Each line of the access log reaches the system that watches over it, once, and in order."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ipsplatform.operations.access_log import command_line, write_line
from staff.models import AccessLine

pytestmark = pytest.mark.django_db


def export(position) -> list[dict]:
    out = StringIO()
    call_command("export_access_log", str(position), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def write_lines(number: int) -> None:
    for _ in range(number):
        write_line(command_line("a command", is_done=True))


def test_lines_go_out_once_with_all_that_they_hold(tmp_path, time_machine):
    write_lines(3)
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    first = export(tmp_path / "position")
    write_lines(2)
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    second = export(tmp_path / "position")
    numbers = [line["id"] for line in first + second]
    assert [line["code"] for line in first] == ["a command"] * 3
    assert [line["code"] for line in second] == ["export_access_log", *["a command"] * 2]
    assert numbers == sorted(set(numbers))
    assert set(first[0]) == {field.attname for field in AccessLine._meta.concrete_fields}


def test_a_line_of_this_minute_waits(tmp_path, time_machine):
    write_lines(1)
    assert export(tmp_path / "position") == []
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    assert export(tmp_path / "position")[0]["code"] == "a command"


def test_a_file_that_is_no_position_is_refused(tmp_path):
    (tmp_path / "notes").write_text("boodschappen")
    with pytest.raises(CommandError, match="notes"):
        export(tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "boodschappen"

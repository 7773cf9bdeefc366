"""What an import asks about or refuses though every cell can be read: look-alikes, emptied columns."""

import pytest
from django.core.management import call_command

from clients.models import Client
from tests.trajectories.case_import.import_files import refused, run_import, write_all, write_file
from trajectories.case_import.tables import report as reports

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# Zeros in front, citizen service numbers


def test_a_number_that_lost_its_zeros_is_asked_about(tmp_path):
    write_file(tmp_path, "clients", {"client_number": "00315", "team_code": ""})
    run_import(tmp_path)
    write_file(tmp_path, "clients", {"client_number": "315", "team_code": ""})
    report = run_import(tmp_path)
    [doubt] = report.doubts
    assert (doubt.file, doubt.line, doubt.column) == ("clients.csv", 2, "client_number")
    assert doubt.reason == "315 differs from 00315 by zeros in front only."
    assert run_import(tmp_path).doubts == ()  # known by now


def test_two_numbers_in_one_file_that_differ_by_zeros_are_asked_about(tmp_path):
    write_file(tmp_path, "clients", {"client_number": "0042"}, {"client_number": "42"})
    write_file(tmp_path, "teams", {})
    [doubt] = run_import(tmp_path).doubts
    assert doubt.line == 3


def test_a_reference_that_lost_its_zeros_is_refused_with_the_number_that_is_meant(tmp_path):
    write_all(tmp_path, clients={"client_number": "00315"}, assignments={"client_number": "315"})
    reasons = [one[3] for one in refused(tmp_path) if one[0] == "assignments.csv"]
    assert "Is it 00315?" in reasons[0]


@pytest.mark.parametrize("number", ["111222333", "1112.22.333"])
def test_a_citizen_service_number_is_no_client_number(tmp_path, number):
    write_file(tmp_path, "clients", {"client_number": number, "team_code": ""})
    [(_file, _line, column, reason)] = refused(tmp_path)
    assert column == "client_number"
    assert "citizen service number" in reason
    assert "111" not in reason


def test_nine_digits_that_do_not_pass_the_elfproef_are_a_client_number(tmp_path):
    write_file(tmp_path, "clients", {"client_number": "111222334", "team_code": ""})
    assert refused(tmp_path) == []


# What changed, and what would be emptied


def many(number, **cells):
    return [{"client_number": f"C{one}", **cells} for one in range(number)]


def test_a_change_says_which_fields_of_how_many_rows(tmp_path, capsys):
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "clients", *many(3, phone="0612345678"))
    run_import(tmp_path)
    unchanged = {"client_number": "C2", "phone": "0612345678"}
    write_file(tmp_path, "clients", *many(2, phone="0687654321", last_name="Klein"), unchanged)
    call_command("import_cases", tmp_path)
    assert "changed, in how many rows: last_name 2, phone 2" in capsys.readouterr().out


@pytest.mark.parametrize(("number", "is_refused"), [(10, False), (11, True)])
def test_a_column_that_would_empty_more_than_ten_known_values_is_refused(tmp_path, number, is_refused):
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "clients", *many(number, phone="0612345678"))
    run_import(tmp_path)
    write_file(tmp_path, "clients", *many(number, phone=""), {"client_number": "NEW", "phone": ""})
    report = run_import(tmp_path, skip_invalid=True)
    assert len(report.refusals) == (number if is_refused else 0)
    assert all(one.column == "phone" and "--allow-emptying" in one.reason for one in report.refusals)
    assert Client.objects.filter(phone="0612345678").exists() == is_refused
    assert Client.objects.filter(client_number="NEW").exists()
    assert run_import(tmp_path, allow_emptying=True).refusals == ()
    assert not Client.objects.exclude(phone="").exists()


@pytest.mark.parametrize(
    ("name", "key", "column", "value"),
    [
        ("staff", "staff_number", "fte", "0.8"),
        ("staff", "staff_number", "email", ""),
        ("jobs", "job_number", "hours_per_week", "12"),
        ("contacts", "contact_number", "employer", "Slager"),
        ("trajectories", "trajectory_number", "hours_worked_at_enrolment", "8"),
    ],
)
def test_emptying_is_counted_in_every_file(tmp_path, name, key, column, value):
    write_all(tmp_path)
    more = {"client_number": "C1", "kind": "ips", "ended_on": "2024-02-01"} if name == "trajectories" else {}
    if name == "contacts":
        more = {"kind": "werk"}
    rows = [{key: f"X{one}", **more, column: value or f"x{one}@example.org"} for one in range(11)]
    write_file(tmp_path, name, *rows)
    for dependent in ("stages", "jobs", "assignments", "contacts"):
        if dependent != name:
            (tmp_path / f"{dependent}.csv").unlink()
    if name in ("jobs", "contacts"):
        write_file(tmp_path, "trajectories", {})
    assert refused(tmp_path) == []
    write_file(tmp_path, name, *(row | {column: ""} for row in rows))
    refusals = refused(tmp_path)
    assert {one[2] for one in refusals} == {column}
    assert len(refusals) == 11


def test_lines_that_the_list_has_no_room_for_are_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(reports, "LISTED_REFUSALS", 2)
    wrong = [{"client_number": f"C{one}", "birth_date": "x"} for one in range(6)]
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "clients", *wrong, {"client_number": "OK"})
    report = run_import(tmp_path, skip_invalid=True)
    assert report.unlisted == {"clients.csv": "4–7"}
    assert Client.objects.get().client_number == "OK"

"""Files that are broken as a whole, and files that are merely unusual."""

import codecs
import random
from datetime import date
from decimal import Decimal

import pytest

from clients.models import Client
from ipsplatform.common.errors import RuleError
from staff.models import TeamMembership, User
from tests.trajectories.case_import.import_files import all_rows, refused, run_import, write_all, write_file
from trajectories.case_import.tables import so_far
from trajectories.case_import.tables.running import TABLES
from trajectories.case_import.tables.source import FILE_NAMES, FolderSource
from trajectories.models import Contact, Employer, Job, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


HEADER = b"client_number,last_name\n"
BROKEN = [
    # bytes of clients.csv, line, column, part of the reason
    (b"", 1, "", "empty"),
    (b"\n\n", 1, "", "empty"),
    (b";;;\n", 1, "", "empty"),
    (b"client_number\nC1\n", 1, "last_name", "missing"),
    (b"client_number,last_name,lastname\n", 1, "lastname", "Do you mean last_name?"),
    (b"client_number,last_name,xyz\n", 1, "xyz", "Known are: client_number"),
    (b"client_number,,last_name\n", 1, "", "Column 2 has no name"),
    (b"client_number,last_name,last_name\n", 1, "last_name", "twice"),
    (b"client_number|last_name\nC1|Groot\n", 1, "client_number|last_name", "unknown"),
    (HEADER + b"C1,Zo\xc3\xab\nC2,Ren\xe9\n", 3, "", "others are in UTF-8"),
    (HEADER + b"C1,Groot\nC2,Ren\x81\xe9\n", 3, "", "CSV UTF-8"),
    (codecs.BOM_UTF16_LE + HEADER.decode().encode("utf-16-le") + b"C", 2, "", "CSV UTF-8"),
    (b"PK\x03\x04" + bytes(5000), 1, "", "xlsx"),
    (b"\x00\x01\x02" * 400, 1, "", "NUL"),
    (random.Random(1).randbytes(4_000_000), 1, "", ""),
    (b"a" * 3_000_000, 1, "", "not a CSV"),
    (HEADER + b'C1,Groot\nC2,"Jansen\nC3,Smit\n', 3, "", "never closed"),
    (HEADER + b'C1,"' + b"lang\n" * 60_000 + b'"\n', 2, "", "far too long"),
]


@pytest.mark.parametrize(("content", "line", "column", "reason"), BROKEN)
def test_broken_file_is_refused_as_a_whole(tmp_path, content, line, column, reason):
    before = all_rows()
    (tmp_path / "clients.csv").write_bytes(content)
    report = run_import(tmp_path, skip_invalid=True)
    first = next(one for one in report.refusals if one.column == column)
    assert (first.file, first.line) == ("clients.csv", line)
    assert reason in first.reason
    assert report.files[0].is_refused
    assert all_rows() == before


def test_rows_with_too_few_or_too_many_fields_are_refused_and_the_rest_is_imported(tmp_path):
    (tmp_path / "clients.csv").write_bytes(HEADER + b"C1\nC2,Groot,extra\nC3,Smit\n")
    report = run_import(tmp_path, skip_invalid=True)
    assert [(one.line, one.reason) for one in report.refusals] == [
        (2, "This row has 1 fields, the header has 2."),
        (3, "This row has 3 fields, the header has 2."),
    ]
    assert Client.objects.get().client_number == "C3"


def test_row_with_quotation_marks_that_do_not_match_is_refused_alone(tmp_path):
    (tmp_path / "clients.csv").write_bytes(HEADER + b'C1,"Groot" de\nC3,Smit\n')
    assert [one[1] for one in refused(tmp_path, skip_invalid=True)] == [2]
    assert Client.objects.get().client_number == "C3"


def test_all_wrong_names_of_a_header_are_reported_at_once(tmp_path):
    (tmp_path / "clients.csv").write_bytes(b"clientnumber,naam\nC1,Groot\n")
    assert {one[2] for one in refused(tmp_path)} == {"clientnumber", "naam", "client_number", "last_name"}


def test_wrong_header_leaves_out_the_file_and_who_depends_on_it(tmp_path):
    write_all(tmp_path)
    (tmp_path / "clients.csv").write_bytes(b"client_number,achternaam\nC1,Groot\n")
    report = run_import(tmp_path, skip_invalid=True)
    reasons = {(one.file, one.column): one.reason for one in report.refusals}
    assert reasons["trajectories.csv", "client_number"] == "C1 is unknown: clients.csv was refused."
    assert User.objects.exists()
    assert not Trajectory.objects.exists()


def test_byte_order_mark_semicolons_dutch_dates_commas_and_capitals_are_understood(tmp_path):
    write_all(tmp_path)
    (tmp_path / "trajectories.csv").write_text(
        "\ufeffTrajectory_Number ;CLIENT_NUMBER;kind;enrolled_on;hours_worked_at_enrolment\r\n"
        ' T1 ; C1;"IPS";1-2-2024; 8,5 \r\n;;;;\r\n\r\n',
        encoding="utf-8",
        newline="",
    )
    assert refused(tmp_path) == []
    trajectory = Trajectory.objects.get()
    assert (trajectory.trajectory_number, trajectory.enrolled_on) == ("T1", date(2024, 2, 1))
    assert trajectory.hours_worked_at_enrolment == Decimal("8.5")


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Ja", True), ("YES", True), ("true", True), ("1", True), ("nee", False), ("No", False), ("0", False)],
)
def test_yes_and_no_in_two_languages(tmp_path, written, stored):
    write_all(tmp_path, jobs={"regular_wage": written})
    assert refused(tmp_path) == []
    assert Job.objects.get().regular_wage is stored


def test_empty_cells_are_unknown_and_hours_at_enrolment_zero(tmp_path):
    write_all(tmp_path, jobs={"regular_wage": "", "hours_per_week": ""}, contacts={"minutes": ""})
    run_import(tmp_path)
    assert Job.objects.get().regular_wage is None
    assert Job.objects.get().hours_per_week is None
    assert Contact.objects.get().minutes is None
    assert Trajectory.objects.get().hours_worked_at_enrolment == 0


def test_names_keep_accents_quotes_and_line_ends_and_formulas_are_text(tmp_path):
    note = '=1+1 "é"\r\ntweede; regel'
    write_all(tmp_path, clients={"first_name": "Zoe\u0308", "last_name": "Çelik"}, contacts={"note": note})
    run_import(tmp_path)
    assert Client.objects.get().first_name == "Zoë"
    assert Contact.objects.get().note == note


def test_line_ends_of_an_old_mac_are_understood(tmp_path):
    (tmp_path / "clients.csv").write_bytes(b"client_number,last_name\rC1,Groot\rC2,\r")
    assert [one[:3] for one in refused(tmp_path)] == [("clients.csv", 3, "last_name")]


def test_numbers_keep_their_leading_zeros(tmp_path):
    write_file(tmp_path, "clients", {"client_number": "00042", "team_code": ""})
    run_import(tmp_path)
    assert Client.objects.get().client_number == "00042"


def test_employers_are_found_by_name_whatever_capitals_and_spaces(tmp_path):
    Employer.objects.create(name="Café Zoë")
    write_all(tmp_path, jobs={"employer": " café  ZOË "}, contacts={"employer": "CAFÉ ZOË"})
    run_import(tmp_path)
    assert Employer.objects.get().name == "Café Zoë"
    assert run_import(tmp_path).rows_written == 0


def test_new_employer_of_several_rows_is_made_once(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "jobs", {"employer": "Bakker"}, {"job_number": "B2", "employer": "BAKKER "})
    assert refused(tmp_path) == []
    assert Employer.objects.get().name == "Bakker"


def test_staff_get_a_user_name_and_no_password(tmp_path):
    User.objects.create_user("s-1", last_name="Eerder", role="monitor")
    write_all(
        tmp_path,
        staff={"staff_number": "S 1"},
        assignments={"staff_number": "S 1"},
        contacts={"staff_number": ""},
    )
    assert refused(tmp_path) == []
    user = User.objects.get(staff_number="S 1")
    assert user.username == "s-1-2"
    assert not user.has_usable_password()


def test_a_monitor_without_a_team_is_no_member_anywhere(tmp_path):
    write_file(tmp_path, "staff", {"role": "monitor", "team_code": "", "started_on": ""})
    assert refused(tmp_path) == []
    assert not TeamMembership.objects.exists()


def test_other_csv_files_are_named_and_left_alone(tmp_path):
    write_file(tmp_path, "teams", {})
    (tmp_path / "client.csv").write_text("x")
    assert run_import(tmp_path).notices == (
        "client.csv is not one of the files of an import and was left alone.",
    )


@pytest.mark.parametrize("missing", ["nergens", ""])
def test_folder_without_files_is_refused(tmp_path, missing):
    with pytest.raises(RuleError):
        FolderSource(tmp_path / missing)


def test_file_of_nonsense_stops_at_the_limit_and_lists_a_thousand(tmp_path, monkeypatch):
    monkeypatch.setattr(so_far, "MAX_REFUSED_ROWS", 3000)
    (tmp_path / "clients.csv").write_bytes(HEADER + b"onzin\n" * 5000)
    report = run_import(tmp_path, skip_invalid=True)
    assert len(report.refusals) == 1000
    assert report.refusals_total == 3001
    assert report.files[0].refused == 5000


def test_the_files_of_an_import_are_those_of_its_tables():
    assert tuple(table.name for table in TABLES) == FILE_NAMES

"""Files as Dutch Excel, HR systems and databases write them, each with its result."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from openpyxl import Workbook, load_workbook

from clients.models import Assignment, Client
from ipsplatform.common.errors import RuleError
from staff.models import Team, TeamMembership, User
from tests.trajectories.case_import.import_files import VALID, refused, run_import, write_all, write_file
from tests.trajectories.case_import.test_import_uploads import zip_of
from trajectories.case_import.tables.running import import_cases
from trajectories.case_import.tables.source import ZipSource
from trajectories.models import Contact, Job, StagePeriod, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

EXCEL_NL = (
    "Client_Number ;First_Name;LAST_NAME;Birth_Date;municipality;;\r\n"
    "C1;René;Çelik;1-5-1990;Súdwest-Fryslân;;\r\n"
    "C2;Zoë;Groot;31-12-1985;;;\r\n"
    ";;;;;;\r\n;;;;;;\r\n"
)


def read_as(report):
    return {one.file: (one.format, one.names) for one in report.read_as}


# Encodings and separators


@pytest.mark.parametrize(
    ("encoding", "format_"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("said", ["", "sep={}\r\n"])
def test_a_file_of_an_office_is_read_and_the_report_says_how(tmp_path, encoding, format_, separator, said):
    text = said.format(separator) + EXCEL_NL.replace(";", separator)
    (tmp_path / "clients.csv").write_bytes(text.encode(encoding))
    report = run_import(tmp_path)
    assert report.refusals == ()
    assert read_as(report) == {"clients.csv": (format_, ("René", "Çelik", "Zoë"))}
    names = Client.objects.order_by("client_number").values_list("first_name", "last_name", "birth_date")
    assert list(names) == [("René", "Çelik", date(1990, 5, 1)), ("Zoë", "Groot", date(1985, 12, 31))]
    assert Client.objects.get(client_number="C1").municipality == "Súdwest-Fryslân"


def test_line_numbers_count_the_line_with_the_separator(tmp_path):
    (tmp_path / "clients.csv").write_text("sep=;\nclient_number;last_name\nC1;\n")
    assert [one[:3] for one in refused(tmp_path)] == [("clients.csv", 3, "last_name")]


def test_unicode_text_of_excel_is_read(tmp_path):
    (tmp_path / "clients.txt").write_bytes("client_number\tlast_name\r\nC1\tÇelik\r\n".encode("utf-16"))
    assert refused(tmp_path) == []
    assert Client.objects.get().last_name == "Çelik"


def test_command_prints_how_files_were_read(tmp_path, capsys):
    (tmp_path / "clients.csv").write_bytes(EXCEL_NL.encode("cp1252"))
    call_command("import_cases", tmp_path)
    out = capsys.readouterr().out
    assert "clients.csv: read as Windows-1252. Are these names right? René, Çelik, Zoë" in out


# Days, numbers, yes and no

DAYS = ["2024-04-01", "2024-04-01 00:00:00", "2024-04-01T00:00:00", "2024-04-01 00:00:00.000", "01-04-2024",
        "1-4-2024", "01/04/2024", "1/4/2024", "01/04/2024 0:00", "1.4.2024", "20240401"]  # fmt: skip


@pytest.mark.parametrize("written", DAYS)
def test_days_as_systems_write_them(tmp_path, written):
    write_all(tmp_path, jobs={"started_on": written})
    assert refused(tmp_path) == []
    assert Job.objects.get().started_on == date(2024, 4, 1)


@pytest.mark.parametrize(
    ("written", "way_out"),
    [
        ("45383", "Give the column the format of a date"),
        ("1-4-24", "two digits"),
        ("2024-03-31T22:00:00Z", "a day is asked"),
        ("01-APR-24", "Write it as 2024-12-31"),
        ("#VERW!", "error of Excel"),
        ("########", "too narrow"),
    ],
)
def test_days_that_can_be_read_in_two_ways_are_refused_with_the_way_out(tmp_path, written, way_out):
    write_all(tmp_path, jobs={"started_on": written})
    [(file, line, column, reason)] = refused(tmp_path)
    assert (file, line, column) == ("jobs.csv", 2, "started_on")
    assert way_out in reason


def test_a_column_with_the_month_first_takes_the_whole_file_along(tmp_path):
    """Else the days until the twelfth would be stored with day and month the other way round."""
    write_all(tmp_path)
    write_file(
        tmp_path, "jobs", {"started_on": "04/05/2024"}, {"job_number": "B2", "started_on": "04/25/2024"}
    )
    report = run_import(tmp_path, skip_invalid=True)
    [refusal] = report.refusals
    assert (refusal.file, refusal.line, refusal.column) == ("jobs.csv", 3, "started_on")
    assert "month first" in refusal.reason
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("written", "stored"),
    [("12,5", "12.5"), ("12.5", "12.5"), ("12.50", "12.5"), ("12,500", "12.5"), ("24", "24"),
     ("24.000", "24"), ("NULL", None), (r"\N", None), ("", None)],
)  # fmt: skip
def test_hours_as_systems_write_them(tmp_path, written, stored):
    write_all(tmp_path, jobs={"hours_per_week": written})
    assert refused(tmp_path) == []
    assert Job.objects.get().hours_per_week == (stored if stored is None else Decimal(stored))


@pytest.mark.parametrize(
    ("written", "stored"), [("50000", 50_000), ("50.000", 50_000), ("50 000", 50_000), ("50000.0", 50_000)]
)
def test_inhabitants_as_people_write_them(tmp_path, written, stored):
    write_file(tmp_path, "teams", {"kind": "mss", "inhabitants": written})
    assert refused(tmp_path) == []
    assert Team.objects.get().inhabitants == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [("t", True), ("f", False), ("WAAR", True), ("ONWAAR", False), ("1.0", True), ("-1", True), ("J", True)],
)
def test_yes_and_no_of_databases(tmp_path, written, stored):
    write_all(tmp_path, contacts={"face_to_face": written})
    assert refused(tmp_path) == []
    assert Contact.objects.get().face_to_face is stored


# Workbooks


def moment(*parts):
    """As Excel keeps it: without a zone."""
    return datetime(*parts)  # noqa: DTZ001


def workbook(path, **sheets):
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)
    return book


def typed(name, **cells):
    full = VALID[name] | cells
    return [list(full), list(full.values())]


def test_a_workbook_with_days_and_numbers_as_cells(tmp_path):
    workbook(
        tmp_path / "aanlevering.xlsx",
        teams=typed("teams"),
        Staff=typed("staff", fte=0.8, started_on=moment(2024, 1, 1), ended_on=None),
        clients=[*typed("clients", client_number=315, birth_date=date(1990, 5, 1)), [None], [None, None]],
        trajectories=typed(
            "trajectories",
            client_number=315.0,
            enrolled_on=moment(2024, 2, 1),
            hours_worked_at_enrolment=8.5,
        ),
        jobs=typed("jobs", started_on=moment(2024, 4, 1), hours_per_week=1.125, regular_wage=True),
        contacts=typed("contacts", client_number=315, occurred_at=moment(2024, 2, 3, 14, 30), minutes=30),
        Toelichting=[["vrije tekst"]],
    )
    workbook(tmp_path / "stages.xlsx", Blad1=typed("stages", started_on=date(2024, 2, 1)))
    report = run_import(tmp_path)
    assert [(one.column, one.reason) for one in report.refusals] == [
        ("hours_per_week", "“1.1250” has too many decimals, at most 2.")
    ]
    workbook(tmp_path / "jobs.xlsx", Blad1=typed("jobs", started_on=date(2024, 4, 1), hours_per_week=12.5))
    book = load_workbook(tmp_path / "aanlevering.xlsx")
    book.remove(book["jobs"])
    book.save(tmp_path / "aanlevering.xlsx")
    report = run_import(tmp_path)
    assert report.refusals == ()
    assert Client.objects.get().client_number == "315"
    assert Client.objects.get().birth_date == date(1990, 5, 1)
    assert TeamMembership.objects.get().fte == Decimal("0.8")
    assert Trajectory.objects.get().hours_worked_at_enrolment == Decimal("8.5")
    assert Job.objects.get().hours_per_week == Decimal("12.5")
    assert Contact.objects.get().occurred_at.isoformat() == "2024-02-03T13:30:00+00:00"
    assert StagePeriod.objects.exists()
    assert read_as(report)["clients.csv"][0] == "sheet “clients” of aanlevering.xlsx"
    assert any("Toelichting" in notice for notice in report.notices)


def test_zeros_that_a_format_shows_belong_to_the_number(tmp_path):
    book = workbook(tmp_path / "clients.xlsx", clients=[["client_number", "last_name"], [42, "Groot"]])
    book["clients"]["A2"].number_format = "00000"
    book.save(tmp_path / "clients.xlsx")
    assert refused(tmp_path) == []
    assert Client.objects.get().client_number == "00042"


def test_a_formula_without_a_result_is_refused_and_its_row_named(tmp_path):
    rows = [["client_number", "last_name", "municipality"], ["C1", "Groot", "=A2"]]
    workbook(tmp_path / "clients.xlsx", clients=rows)
    [(file, line, _column, reason)] = refused(tmp_path)
    assert (file, line) == ("clients.csv", 2)
    assert "Open the workbook in Excel" in reason


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_a_workbook_that_is_damaged_or_has_a_password_is_refused_in_words(tmp_path, content):
    (tmp_path / "clients.xlsx").write_bytes(content)
    with pytest.raises(RuleError, match="without a password"):
        run_import(tmp_path)


def test_a_workbook_that_unpacks_to_an_improbable_size_is_refused(tmp_path):
    workbook(tmp_path / "clients.xlsx", clients=typed("clients"))
    with zipfile.ZipFile(tmp_path / "clients.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", bytes(12_000_000))
    with pytest.raises(RuleError, match="improbable"):
        run_import(tmp_path)
    with pytest.raises(RuleError, match="improbable"):
        ZipSource(io.BytesIO((tmp_path / "clients.xlsx").read_bytes()))


@pytest.mark.parametrize("reference", ["A9999999", "ZZZ2"])
def test_a_sheet_that_promises_millions_of_cells_is_read_as_it_is(tmp_path, reference):
    workbook(tmp_path / "clients.xlsx", clients=typed("clients", team_code=""))
    old, new = tmp_path / "clients.xlsx", tmp_path / "new.zip"
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if "sheet1" in name:
                content = content.replace(
                    b'<dimension ref="A1:', b'<dimension ref="A1:%s:' % reference.encode()
                )
                content = content.replace(b'r="A2"', b'r="%s"' % reference.encode())
            target.writestr(name, content)
    new.replace(old)
    assert [one[0] for one in refused(tmp_path)] == ["clients.csv"]


def test_an_expanding_entity_in_a_workbook_is_refused(tmp_path):
    workbook(tmp_path / "clients.xlsx", clients=typed("clients"))
    old, new = tmp_path / "clients.xlsx", tmp_path / "new.zip"
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><workbook>&d;</workbook>'
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w") as target:
        for name in source.namelist():
            target.writestr(name, bomb if name == "xl/workbook.xml" else source.read(name))
    new.replace(old)
    with pytest.raises(RuleError):
        run_import(tmp_path)


# What else lies in a zip


def test_what_an_office_leaves_in_a_zip_is_left_alone_and_named():
    source = ZipSource(
        zip_of(
            {
                "export/clients.csv": "client_number;last_name\nC1;Groot\n",
                "export/~$clients.xlsx": "x",
                "export/.~lock.clients.csv#": "x",
                "LEESMIJ.txt": "x",
                "__MACOSX/export/._clients.csv": "x",
                "export/.DS_Store": "x",
            }
        )
    )
    assert list(source.sizes) == ["clients.csv"]
    assert source.notices == ["LEESMIJ.txt is not one of the files of an import and was left alone."]


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("client.csv", "Do you mean clients.csv?"),
        ("clients (1).csv", "Do you mean clients.csv?"),
        ("clients.xls", "Save it as .xlsx"),
        ("clients.ods", "Save it as .xlsx"),
    ],
)
def test_what_may_be_a_file_under_another_name_is_refused_with_the_way_out(name, way_out):
    with pytest.raises(RuleError, match="clients") as refusal:
        ZipSource(zip_of({"teams.csv": "x", name: "x"}))
    assert way_out in str(refusal.value)


def test_one_file_in_two_forms_is_refused(tmp_path):
    workbook(tmp_path / "clients.xlsx", clients=typed("clients"))
    write_file(tmp_path, "clients", {})
    with pytest.raises(RuleError, match="twice"):
        run_import(tmp_path)


def test_a_workbook_is_uploaded_as_it_is(tmp_path):
    workbook(tmp_path / "x.xlsx", clients=typed("clients", team_code=""))
    source = ZipSource(io.BytesIO((tmp_path / "x.xlsx").read_bytes()))
    report = import_cases(source=source, dry_run=False, skip_invalid=False, by=None)
    assert report.refusals == ()
    assert Client.objects.get().client_number == "C1"


# One person in two teams, periods that touch


def test_one_person_in_two_teams_in_one_file(tmp_path):
    write_file(tmp_path, "teams", {}, {"team_code": "Z", "name": "FACT Zuid"})
    write_file(tmp_path, "staff", {}, {"team_code": "Z", "started_on": "2024-03-01"})
    for count in ("created", "unchanged"):
        report = run_import(tmp_path)
        assert report.refusals == ()
        assert getattr(report.files[1], count) == 2
    assert list(User.objects.get().memberships.order_by("pk").values_list("team__code", flat=True)) == [
        "N",
        "Z",
    ]


def test_one_person_twice_in_one_team_with_a_break(tmp_path):
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "staff", {"ended_on": "2024-02-29"}, {"started_on": "2024-05-01"})
    assert refused(tmp_path) == []
    assert TeamMembership.objects.count() == 2


def test_two_rows_that_do_not_agree_on_the_person_are_refused_together(tmp_path):
    write_file(tmp_path, "teams", {}, {"team_code": "Z", "name": "FACT Zuid"})
    write_file(tmp_path, "staff", {}, {"team_code": "Z", "last_name": "Visscher"}, {"staff_number": "S9"})
    refusals = refused(tmp_path, skip_invalid=True)
    assert [one[:3] for one in refusals] == [
        ("staff.csv", 2, "staff_number"),
        ("staff.csv", 3, "last_name"),
    ]
    assert "Line 2" in refusals[1][3]
    assert User.objects.get().staff_number == "S9"


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        (
            "stages",
            {"ended_on": "2024-03-31"},
            {"stage": "dagbesteding", "started_on": "2024-03-31", "ended_on": ""},
        ),
        ("assignments", {"ended_on": "2024-03-31"}, {"started_on": "2024-03-31"}),
        ("staff", {"ended_on": "2024-03-31"}, {"started_on": "2024-03-31"}),
    ],
)
def test_periods_that_share_their_last_and_first_day_are_refused_with_the_way_out(
    tmp_path, name, first, second
):
    write_all(tmp_path)
    write_file(tmp_path, name, first, second)
    reasons = [one[3] for one in refused(tmp_path) if one[0] == f"{name}.csv"]
    assert any("let the first end on the day before" in reason for reason in reasons)


def test_periods_that_follow_each_other_are_taken(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "assignments", {"ended_on": "2024-03-31"}, {"started_on": "2024-04-01"})
    assert refused(tmp_path) == []
    assert Assignment.objects.count() == 2

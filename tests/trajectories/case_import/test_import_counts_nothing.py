"""No counter tells what is recorded: not a report, a list, a sequence behind a page, nor a limit.

Two uploads of the same files look the same to whoever uploads them, whatever is recorded about clients. Both
hold a row that does not fit, so the one bit that ADR 39 allows is set in both.
"""

import csv
from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.urls import reverse

from staff.models import AuditEvent
from tests.factories import UserFactory
from tests.trajectories.case_import.import_files import VALID, run_import, write_file
from tests.trajectories.case_import.test_import_reports import AT_LEAST_ONE, dry_run
from tests.trajectories.case_import.test_import_uploads import ask
from trajectories.case_import import services as import_run
from trajectories.case_import.selectors.asked import ABOUT_CLIENTS
from trajectories.case_import.tables import so_far
from trajectories.case_import.tables.running import TABLES
from trajectories.models import Employer, ImportRun, Trajectory

pytestmark = [pytest.mark.shows(25), pytest.mark.django_db, pytest.mark.usefixtures("english")]

END = {"ended_on": "2024-06-30", "end_reason": "wens_client"}
RECORDED: dict[str, list[dict[str, str]]] = {
    "teams": [{}],
    "staff": [{}, {"staff_number": "S2"}],
    "clients": [{"client_number": f"C{number}"} for number in (1, 2, 3)],
    "assignments": [{}],
    "trajectories": [
        {},
        {"trajectory_number": "T2", "client_number": "C2"},
        {"trajectory_number": "T3", "client_number": "C3", **END},
    ],
    "stages": [{}, {"trajectory_number": "T2"}],
    "jobs": [
        {},
        {"job_number": "B2", "trajectory_number": "T2", "employer": "Slager"},
        {"job_number": "B4", "employer": "Slager"},  # not in the upload: T1 can't end before it starts
    ],
    "contacts": [
        {},
        {"contact_number": "K2", "client_number": "C2", "employer": "Slager", "kind": "werkgever"},
        {"contact_number": "K3", "client_number": "", "kind": "groep"},
    ],
}
# What may be recorded instead, in any file; of what the administration itself lists (numbers, the team of a
# client, employers) both recordings have the same.
DAYS = ["2024-02-12", "2024-06-05", "2024-06-11"]
OTHERS: dict[str, list[str]] = {
    "first_name": ["Anna"], "name_prefix": ["de"], "last_name": ["Klein"], "birth_name": ["Groot"],
    "birth_date": ["1980-02-02", "1980", ""],
    "municipality": ["Utrecht"], "phone": ["0612345678"], "email": ["iemand@example.org"],
    "staff_number": ["S2", ""], "client_number": ["C1", ""], "role": ["casemanager"],
    "kind": ["mss", "groep", "werk"], "funder": ["uwv"], "target_group": ["epa"],
    "referred_on": ["2024-01-05"], "enrolled_on": ["2024-01-15"], "approved_on": ["2024-02-02"],
    "started_on": [*DAYS, "2024-07-02"], "ended_on": ["", *DAYS],
    "end_reason": ["overig"], "hours_worked_at_enrolment": ["4"], "stage": ["dagbesteding"],
    "employer": ["Slager"], "occupation": ["Kok"], "hours_per_week": ["24"],
    "contract": ["vast"], "open_to_anyone": ["ja"], "regular_wage": ["nee"], "regular_employer": ["ja"],
    "occurred_at": ["2024-02-05 11:00"], "minutes": ["45"], "face_to_face": ["ja"], "hiring_manager": ["ja"],
    "location": ["thuis"], "note": ["Iets"],
}  # fmt: skip
# Another key is another row: it stands beside the recorded one, in a period of its own.
BESIDE = {"started_on": "2024-06-05", "ended_on": ""}
LISTED = {"client_number", "team_code", "trajectory_number", "job_number", "contact_number"}
SERIES = [date(2024, 6, 1) + timedelta(day) for day in range(12)]
# Twelve days around an end, each with an employer of its own; rows that hang on a row that may not fit; rows
# that are wrong by themselves. In each file one row never fits.
PROBES: dict[str, list[dict[str, str]]] = {
    "clients": [{}, {"client_number": "C50"}],
    "assignments": [
        {"ended_on": "2024-06-05"},
        {"staff_number": "S2", "role": "casemanager", "ended_on": "2023-01-01"},
        {"client_number": "C50"},
        {"client_number": "C3", "staff_number": "S2"},
    ],
    "trajectories": [
        {"ended_on": "2024-06-30", "end_reason": ""},
        {"trajectory_number": "Z2", "client_number": "C2", "enrolled_on": "2024-07-01"},
        {"trajectory_number": "Z3", "client_number": "C3", "enrolled_on": "2024-07-01"},
        {"trajectory_number": "Z4", "client_number": "C3", "enrolled_on": "2024-07-01"},
        {"trajectory_number": "Z5", "client_number": "C2", "ended_on": "2023-01-01"},
    ],
    "stages": [
        *({"trajectory_number": "T2", "stage": "dagbesteding", "started_on": str(day), "ended_on": str(day)}
          for day in SERIES),
        {"trajectory_number": "Z2", "started_on": "2024-07-02", "ended_on": "2024-07-01"},
        {"trajectory_number": "Z2", "started_on": "2024-07-03", "ended_on": ""},
        {"stage": "inloop", "ended_on": "2023-01-01"},
    ],
    "jobs": [
        *({"job_number": f"J{number}-{day}", "trajectory_number": number, "employer": f"{number} {day}",
           "started_on": str(day), "ended_on": str(day)} for number in ("T2", "T3") for day in SERIES),
        *({"job_number": f"F{number}", "trajectory_number": number, "employer": f"Bij {number}",
           "started_on": "2024-08-01"} for number in ("Z2", "Z3", "Z4", "Z5", "Z77")),
        {"job_number": "F9", "trajectory_number": "Z2", "started_on": "2024-08-01", "ended_on": "2024-07-01"},
        {"job_number": "F8", "trajectory_number": "T3", "ended_on": "2023-01-01", "employer": "Fout"},
        {"employer": "Groenteboer"},
    ],
    "contacts": [
        {"client_number": "C2", "employer": "Kapper", "kind": "werkgever"},
        {"contact_number": "K2", "client_number": "C2", "employer": "Kaasboer", "kind": "werkgever"},
        {"contact_number": "K3", "client_number": "", "kind": "groep", "staff_number": "S2"},
        {"contact_number": "K50", "client_number": "C50", "kind": "mail"},
        {"contact_number": "K51", "client_number": "C50", "employer": "Garage", "kind": "werkgever"},
    ],
}  # fmt: skip
MODES: dict[str, dict[str, bool]] = {
    "dry run": {"dry_run": True},
    "refused rows left out": {"skip_invalid": True},
    "one refused row keeps all out": {},
}


def table_of(file):
    (table,) = (table for table in TABLES if table.name == f"{file}.csv")
    return table


def filled(file, row):
    """A recorded row with every column of its file."""
    full = VALID[file] | row
    return {column.name: full.get(column.name, "") for column in table_of(file).columns}


def variants(file):
    """Per column other rows that may be recorded in the place of those in RECORDED, or beside them."""
    for column in table_of(file).columns:
        for value in OTHERS.get(column.name, []):
            beside = BESIDE if column.name in table_of(file).key else {}
            yield column.name, [filled(file, row) | beside | {column.name: value} for row in RECORDED[file]]


def empty(folder):
    for path in folder.glob("*.csv"):
        path.unlink()


def write_probes(folder, *, columns):
    """The uploaded files; with few columns only those that are compulsory or tell rows apart."""
    for file, rows in PROBES.items():
        table = table_of(file)
        few = [one.name for one in table.columns if one.compulsory or one.name in table.key]
        full = [filled(file, row) for row in rows]
        names = few if columns == "few" else list(full[0])
        with (folder / f"{file}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(full)


def numbers():
    """The next number of each sequence behind a page of the administration. Asking takes one."""
    found = {}
    with connection.cursor() as cursor:
        for model in admin.site._registry:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s))",
                [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column],
            )
            found[model._meta.label] = cursor.fetchone()[0]
    return found


def told(client, folder, by, mode):
    """Everything that one upload shows to whoever made it, and how far each sequence has moved."""
    before, lines = numbers(), AuditEvent.objects.count()
    if mode == "dry run":
        run, page = dry_run(client, folder, by)
    else:
        run = ask(folder, by, **MODES[mode])
        import_run.perform_import(run_pk=run.pk)
        page = page_of(client, by, run)
    moved = {label: number - before[label] for label, number in numbers().items()}
    run.refresh_from_db()
    return {
        "moved": moved,
        "page": page,
        "state": run.state,
        "employers": list(Employer.objects.order_by("pk").values_list("name", flat=True)),
        "lines": list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[lines:],
    }


def page_of(client, by, run):
    """The page and the download of a run that was made, without its number and moment."""
    client.force_login(by)
    client.cookies["language"] = "en"
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    start, end = page.index("Lines per file"), page.index("</main>") if "</main>" in page else len(page)
    file = client.get(reverse("admin:trajectories_importrun_refusals", args=[run.pk])).content.decode()
    return page[start:end].replace(f"/{run.pk}/", "/run/") + file


@pytest.fixture
def by(db):
    return UserFactory(beheerder=True)


@pytest.fixture
def folder(tmp_path, settings):
    """Everything in RECORDED is recorded, and every employer that somebody may have."""
    settings.IMPORT_NEEDS_SECOND_PERSON = False
    for file, rows in RECORDED.items():
        write_file(tmp_path, file, *rows)
    assert run_import(tmp_path).written
    empty(tmp_path)
    return tmp_path


def upload_after(client, folder, by, how, *, file="", rows=(), ended=None):
    """What the upload tells when other rows are recorded; all of it is rolled back, but for sequences.

    `ended`: the end of the second trajectory, as a page writes it; in a file it waits for an answer (ADR 60).
    """
    mode, columns = how
    with transaction.atomic():
        if ended:
            number = RECORDED["trajectories"][1]["trajectory_number"]
            assert Trajectory.objects.filter(trajectory_number=number).update(**ended) == 1
        if file:
            write_file(folder, file, *rows)
            written = run_import(folder, skip_invalid=True).rows_written
            empty(folder)
            if not written:
                transaction.set_rollback(True)
                return None
        write_probes(folder, columns=columns)
        found = told(client, folder, by, mode)
        empty(folder)
        transaction.set_rollback(True)
    return found


def test_walk_knows_every_file_and_column_about_clients():
    assert {f"{file}.csv" for file in PROBES} == set(ABOUT_CLIENTS)
    for file in PROBES:
        assert {column.name for column in table_of(file).columns} <= OTHERS.keys() | LISTED


@pytest.mark.parametrize("how", [("dry run", "all"), ("dry run", "few"), ("refused rows left out", "all")])
@pytest.mark.parametrize("file", PROBES)
def test_upload_tells_the_same_whatever_is_recorded(client, folder, by, file, how):
    expected = upload_after(client, folder, by, how)
    assert AT_LEAST_ONE in expected["page"]
    assert "the header has" not in expected["page"], "the probes can be read"
    recorded, other = set(), {}
    for column, rows in variants(file):
        found = upload_after(client, folder, by, how, file=file, rows=rows)
        if found is None:  # the rules refused these rows, so nothing else was recorded
            continue
        recorded.add(column)
        if found != expected:
            other[column] = {name: (expected[name], found[name]) for name in differing(expected, found)}
    assert len(recorded) >= 2, "other rows were recorded"
    assert other == {}


def differing(expected, found):
    return [name for name in found if found[name] != expected[name]]


@pytest.mark.parametrize("mode", MODES)
def test_limit_of_refused_rows_counts_what_is_wrong_by_itself(monkeypatch, client, folder, by, mode):
    """A few rows of jobs.csv are wrong by themselves, and many more do not fit."""
    monkeypatch.setattr(so_far, "MAX_REFUSED_ROWS", 8)
    expected = upload_after(client, folder, by, (mode, "all"))
    ended = END | {"ended_on": "2024-06-08"}
    assert upload_after(client, folder, by, (mode, "all"), ended=ended) == expected
    assert "refused as a whole" not in expected["page"]


@pytest.mark.parametrize("mode", MODES)
def test_file_that_is_refused_as_a_whole_leaves_nothing_to_hang_on(monkeypatch, client, folder, by, mode):
    monkeypatch.setattr(so_far, "MAX_REFUSED_ROWS", 0)
    expected = upload_after(client, folder, by, (mode, "all"))
    assert upload_after(client, folder, by, (mode, "all"), ended=END) == expected
    assert "refused as a whole" in expected["page"]


def test_dry_run_takes_no_number_but_for_itself(client, folder, by):
    write_probes(folder, columns="all")
    moved = told(client, folder, by, "dry run")["moved"]
    del moved["staff.AccessLine"]  # the looks at the pages
    used = {label: number - 1 for label, number in moved.items() if number > 1}  # asking takes one
    assert used == {"staff.AuditEvent": 1, "trajectories.ImportRun": 1}
    assert ImportRun.objects.latest("pk").dry_run


@pytest.mark.parametrize("how", [("dry run", "all"), ("refused rows left out", "all")])
def test_emptying_tells_no_more_than_that_something_does_not_fit(client, folder, by, how):
    """Eleven clients of whom the telephone number is left empty: with and without one that is recorded."""
    known = [{"client_number": f"C{number}", "phone": "0612345678"} for number in range(60, 71)]
    write_file(folder, "clients", *known)
    assert run_import(folder).written
    told_of = []
    for phone in ("", "0612345678"):
        with transaction.atomic():
            write_file(folder, "clients", *(one | {"phone": phone} for one in known[:10]), known[10])
            run_import(folder, allow_emptying=True)
            empty(folder)
            write_probes(folder, columns=how[1])
            write_file(folder, "clients", *(one | {"phone": ""} for one in known))
            told_of.append(told(client, folder, by, how[0]))
            empty(folder)
            transaction.set_rollback(True)
    assert AT_LEAST_ONE in told_of[0]["page"]
    assert told_of[0] == told_of[1]

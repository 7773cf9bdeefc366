"""A report is no oracle: whether a guess is right, it tells only to who may see the client."""

import re

import pytest
from django.urls import reverse

from clients.models import Client
from clients.people.erased_numbers import number_hash
from staff.models import AuditEvent
from tests.factories import CertificateFactory, UserFactory
from tests.trajectories.case_import.import_files import VALID, run_import, write_all, write_file
from tests.trajectories.case_import.test_import_uploads import ask, sign_in
from trajectories.case_import import services as import_run
from trajectories.case_import.tables.report import LISTED_REFUSALS
from trajectories.case_import.tables.running import TABLES
from trajectories.models import ImportRun

pytestmark = [pytest.mark.shows(25), pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST = reverse("trajectories:import_row_list")
AT_LEAST_ONE = "At least one row does not fit what is recorded, or another row about the same client."
# Two rows about one client that do not go together, and which of them is in the way when it is recorded.
PAIRS = {
    "trajectories": [{"trajectory_number": "P1"}, {"trajectory_number": "P2"}],
    "assignments": [{"staff_number": "S1"}, {"staff_number": "S2"}],
    "stages": [
        {"started_on": "2024-02-01", "ended_on": "2024-03-31"},
        {"started_on": "2024-03-01", "ended_on": "2024-04-30"},
    ],
    "stages ": [{"stage": "inloop"}, {"stage": "dagbesteding"}],
    "assignments ": [
        {"role": "casemanager", "started_on": "2024-02-01", "ended_on": "2024-03-31"},
        {"role": "casemanager", "started_on": "2024-03-01", "ended_on": "2024-04-30"},
    ],
}
# Of each column of a file about clients a right guess and a wrong one.
WRONG = {
    ("clients", "last_name"): "Klein", ("clients", "birth_date"): "1990-05-02",
    ("trajectories", "enrolled_on"): "2024-01-30",
    ("stages", "ended_on"): "2024-03-30",
    ("jobs", "employer"): "Bouwbedrijf Noord", ("jobs", "hours_per_week"): "24",
    ("jobs", "started_on"): "2024-04-02",
    ("contacts", "occurred_at"): "2024-02-04 10:00", ("contacts", "minutes"): "45",
    ("contacts", "kind"): "steun",
    ("contacts", "note"): "Iets", ("contacts", "staff_number"): "",
}  # fmt: skip
# Rows that do not fit what is recorded.
DO_NOT_FIT = [
    ("trajectories", {"trajectory_number": "T9"}),  # an open one of this kind
    ("trajectories", {"client_number": "C2"}),  # moves
    ("stages", {"stage": "dagbesteding"}),  # the same day
    ("stages", {"started_on": "2024-03-01", "ended_on": ""}),  # overlaps
    ("assignments", {"started_on": "2024-03-01"}),  # overlaps
    ("jobs", {"trajectory_number": "T2"}),  # moves
    ("jobs", {"job_number": "B9", "trajectory_number": "T3", "started_on": "2025-04-01"}),  # after its end
    ("contacts", {"client_number": "C2"}),  # moves
    ("contacts", {"client_number": ""}),
]


@pytest.fixture
def by(db):
    return UserFactory(beheerder=True)


@pytest.fixture
def folder(tmp_path):
    write_all(tmp_path)
    write_file(tmp_path, "clients", {}, {"client_number": "C2"}, {"client_number": "C3"})
    ended = {"trajectory_number": "T3", "client_number": "C3", "ended_on": "2025-03-01"}
    write_file(tmp_path, "trajectories", {}, {"trajectory_number": "T2", "client_number": "C2"}, ended)
    assert run_import(tmp_path).written
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    return tmp_path


def dry_run(client, folder, by) -> tuple[ImportRun, str]:
    """What the administrator reads of a dry run, without what differs from one run to another."""
    run = ask(folder, by, dry_run=True)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    sign_in(client, by)
    url = reverse("admin:trajectories_importrun_change", args=[run.pk])
    csv = client.get(reverse("admin:trajectories_importrun_refusals", args=[run.pk])).content.decode()
    page = client.get(url).content.decode()
    listed = client.get(reverse("admin:trajectories_importrun_changelist")).content.decode()
    assert f"/{run.pk}/" in listed
    main = page[page.index('<div id="content"') :]
    main = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", main).replace(f"/{run.pk}/", "/run/")
    return run, re.sub(r"Asked on .* by", "", main) + csv


def test_every_file_about_clients_has_a_guess():
    about = {name for name in VALID if name not in ("teams", "staff")}
    assert {name for name, _column in WRONG} | {"assignments"} == about
    assert {table.name.removesuffix(".csv") for table in TABLES} == about | {"teams", "staff"}


@pytest.mark.parametrize(("file", "column"), WRONG)
def test_right_guess_reads_as_a_wrong_one(client, folder, by, file, column):
    write_file(folder, file, {})
    right, page_of_right = dry_run(client, folder, by)
    write_file(folder, file, {column: WRONG[file, column]})
    wrong, page_of_wrong = dry_run(client, folder, by)
    assert page_of_right == page_of_wrong
    assert [one["unchanged"] for one in right.report["files"]] == [1], "the guess was right"
    assert [one["changed"] for one in wrong.report["files"]] == [1], "and this one was not"


@pytest.mark.parametrize(("file", "cells"), DO_NOT_FIT)
def test_reason_from_what_is_recorded_is_read_by_who_may_see_the_client(client, folder, by, file, cells):
    write_file(folder, file, cells)
    run, page = dry_run(client, folder, by)
    (refusal,) = run.report["refusals"]
    assert refusal["is_compared"]
    assert refusal["reason"] not in page
    assert AT_LEAST_ONE in page
    assert not re.search(r"\d\d-\d\d-\d{4}", refusal["reason"]), "what is recorded is not repeated"
    team = Client.objects.get(client_number="C1").team
    for person, reads in (
        (UserFactory(teamleider=True, team=team), True),
        (UserFactory(casemanager=True, team=team), True),
        (UserFactory(teamleider=True), False),
        (UserFactory(), False),
    ):
        client.force_login(person)
        assert (refusal["reason"] in client.get(LIST).content.decode().replace("&#x27;", "'")) == reads


@pytest.fixture
def known_client(tmp_path):
    """A client and a trajectory about whom nothing else is recorded, and two colleagues."""
    write_file(tmp_path, "teams", {})
    write_file(tmp_path, "staff", {}, {"staff_number": "S2"})
    write_file(tmp_path, "clients", {})
    assert run_import(tmp_path).written
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    return tmp_path


@pytest.mark.parametrize("recorded", [0, 1])
@pytest.mark.parametrize("pair", PAIRS)
def test_pair_of_rows_reads_the_same_whatever_is_recorded(client, known_client, by, pair, recorded):
    file = pair.strip()
    if file == "stages":
        write_file(known_client, "trajectories", {})
        run_import(known_client)
        (known_client / "trajectories.csv").unlink()
    write_file(known_client, file, *PAIRS[pair])
    first, nothing_recorded = dry_run(client, known_client, by)
    write_file(known_client, file, PAIRS[pair][recorded])
    assert run_import(known_client).written
    write_file(known_client, file, *PAIRS[pair])
    second, one_recorded = dry_run(client, known_client, by)
    assert nothing_recorded == one_recorded
    assert AT_LEAST_ONE in one_recorded
    assert all(run.report["refusals"][0]["is_compared"] for run in (first, second))


@pytest.mark.parametrize("rows", [1, 3])
def test_how_many_rows_do_not_fit_is_not_told(client, folder, by, rows):
    """Rows for several days at once would find the day that is recorded by counting."""
    days = [f"2024-03-{day:02}" for day in (1, 2, 3)]
    free = [f"2025-0{month}-01" for month in (1, 3, 5)]
    cells = [{"started_on": day, "ended_on": day} for day in days[:rows] + free[rows:]]
    write_file(folder, "stages", *cells)
    run, page = dry_run(client, folder, by)
    assert run.report["compared_total"] == rows
    write_file(folder, "stages", *({"started_on": day, "ended_on": day} for day in days))
    assert dry_run(client, folder, by)[1] == page


def test_how_many_rows_do_not_fit_does_not_shorten_the_list_of_what_stands_in_the_files(client, folder, by):
    wrong = [{"stage": "niets"}] * (LISTED_REFUSALS + 5)
    write_file(folder, "stages", {"started_on": "2024-03-01", "ended_on": ""}, *wrong)
    _run, page = dry_run(client, folder, by)
    assert f"Download the list ({LISTED_REFUSALS})" in page
    assert f"Reasons of refusal: {LISTED_REFUSALS + 5}" in page


def test_pair_about_a_client_who_is_new_is_told_with_line_and_reason(client, by, tmp_path):
    """Nothing was recorded about that client: an initial import is told what is wrong with its files."""
    write_all(tmp_path)
    write_file(tmp_path, "trajectories", {}, {"trajectory_number": "T9"})
    run, page = dry_run(client, tmp_path, by)
    assert run.report["compared_total"] == 0
    assert "already has an open trajectory of this kind" in page


def test_reason_that_stands_in_the_file_is_told_with_line_and_column(client, folder, by):
    write_file(folder, "jobs", {"ended_on": "2024-03-01"})
    run, page = dry_run(client, folder, by)
    assert "is before the start" in page
    assert run.report["compared_total"] == 0


def test_end_that_is_recorded_is_not_told_by_a_start_in_the_file(client, folder, by):
    path = folder / "jobs.csv"
    write_file(folder, "jobs", {"ended_on": "2024-06-01"})
    run_import(folder)
    path.write_text(
        "job_number,trajectory_number,employer,started_on\nB1,T1,Bakkerij De Korenschoof,2024-06-02\n"
    )
    run, page = dry_run(client, folder, by)
    assert run.report["compared_total"] == 1
    assert "01-06-2024" not in str(run.report)
    assert "before the start" not in page


def test_row_that_hangs_on_a_hidden_refusal_is_hidden_too(client, folder, by):
    write_file(folder, "trajectories", {"trajectory_number": "T9"})
    write_file(folder, "jobs", {"job_number": "B9", "trajectory_number": "T9"})
    run, page = dry_run(client, folder, by)
    assert (run.report["refusals_total"], run.report["compared_total"]) == (2, 2)
    assert "T9 was refused" not in page


def test_number_of_a_destroyed_file_reads_the_same_in_any_capitals(client, folder, by):
    CertificateFactory(number_hash=number_hash("C-77"))
    pages = []
    for number in ("C-77", "c-77", "c\u201377"):
        write_file(folder, "clients", {"client_number": number})
        pages.append(dry_run(client, folder, by)[1])
    assert "This client number can&#x27;t be used" in pages[0]
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("changes", [{}, {"last_name": "Klein"}])
def test_log_of_changes_does_not_tell_either(settings, folder, by, changes):
    settings.IMPORT_NEEDS_SECOND_PERSON = False
    write_file(folder, "clients", changes)
    run = ask(folder, by)
    import_run.perform_import(run_pk=run.pk)
    assert AuditEvent.objects.filter(action="cases_imported", target_id=run.public_id).count() == 1


def test_caseload_leads_to_the_rows_when_there_are(client, world, folder, by):
    write_file(folder, "stages", {"started_on": "2024-03-01", "ended_on": ""})
    dry_run(client, folder, by)
    client.force_login(UserFactory(teamleider=True, team=Client.objects.get(client_number="C1").team))
    assert LIST in client.get(reverse("trajectories:caseload_list")).content.decode()
    world.sign_in(client, "owner")  # of another team
    assert LIST not in client.get(reverse("trajectories:caseload_list")).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_import_rows_query_budget(client, count_queries, folder, by, rows):
    write_file(
        folder, "stages", *({"started_on": f"2024-03-{day:02}", "ended_on": ""} for day in range(1, rows + 1))
    )
    dry_run(client, folder, by)
    client.force_login(UserFactory(teamleider=True, team=Client.objects.get(client_number="C1").team))
    with count_queries(4):
        client.get(LIST)


def test_row_that_is_wrong_by_itself_reads_the_same_for_a_number_that_is_recorded_elsewhere(
    client, folder, by
):
    """Otherwise many wrong rows would tell one by one which numbers are recorded with somebody else."""
    wrong = {"client_number": "C2", "ended_on": "2024-01-01", "end_reason": "", "referred_on": ""}
    write_file(folder, "trajectories", wrong | {"trajectory_number": "T1"})
    recorded = dry_run(client, folder, by)[1]
    write_file(folder, "trajectories", wrong | {"trajectory_number": "T8"})
    assert dry_run(client, folder, by)[1] == recorded


def test_reason_of_an_end_without_the_end_is_told_to_nobody_here(client, folder, by):
    """The end may be recorded, so which rows are refused would tell which trajectories have ended."""
    rows = "trajectory_number,client_number,kind,enrolled_on,end_reason\n{},C3,ips,2024-02-01,onbekend\n"
    (folder / "trajectories.csv").write_text(rows.format("T8"))
    run, page = dry_run(client, folder, by)
    assert (run.report["refusals_total"], run.report["compared_total"]) == (1, 1)
    assert AT_LEAST_ONE in page

"""No upload shows anybody what was recorded before it: every file, column and row, for everybody."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clients.models import Assignment, Client
from staff.models import AuditEvent, Team, User
from tests.factories import ClientFactory
from tests.staff.confirming.test_second_person import confirm_all
from tests.trajectories.case_import.import_files import VALID, run_import, write_file
from tests.trajectories.case_import.test_import_uploads import ask, sign_in
from trajectories.case_import import services as import_run
from trajectories.case_import.tables.running import TABLES
from trajectories.models import Contact, ImportRun, ImportState

pytestmark = [pytest.mark.shows(1, 25), pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = timezone.localdate()
TODAY_TEXT, AHEAD = str(TODAY), f"{TODAY.year + 1}-01-01"
IN_NOORD = {"team_code": "N", "started_on": "2024-01-01"}
NOWHERE = {"team_code": "", "started_on": "2024-01-01"}
# S5 and S9 see C1, S2 leads the other team; S1, S3, S4, S6 and the administrators see nobody.
RECORDED: dict[str, list[dict[str, str]]] = {
    "teams": [{}, {"team_code": "Z", "name": "FACT Zuid"}],
    "staff": [
        {"staff_number": "S1", "role": "casemanager", **NOWHERE},
        {"staff_number": "S2", "role": "teamleider", "team_code": "Z"},
        {"staff_number": "S3", "role": "monitor", **IN_NOORD},
        {"staff_number": "S4", "role": "casemanager", **IN_NOORD, "ended_on": "2025-01-31"},
        {"staff_number": "S5", "role": "ips_trajectbegeleider", **IN_NOORD},
        {"staff_number": "S6", "role": "casemanager", **NOWHERE},
        {"staff_number": "S9", "role": "casemanager", **IN_NOORD},
        {"staff_number": "B1", "role": "functioneel_beheerder", **NOWHERE},
        {"staff_number": "B2", "role": "functioneel_beheerder", **NOWHERE},
    ],
    "clients": [{}, {"client_number": "C2", "team_code": ""}, {"client_number": "C3", "team_code": "Z"}],
    "assignments": [
        {"staff_number": "S5"},
        {"staff_number": "S6", "role": "casemanager", "ended_on": "2024-03-31"},
        {"client_number": "C2", "staff_number": "S5", "role": "casemanager", "started_on": "2024-05-01"},
    ],
    "trajectories": [{}, {"trajectory_number": "T3", "client_number": "C3"}],
    "stages": [{}, {"trajectory_number": "T3"}],
    "jobs": [{}, {"job_number": "B3", "trajectory_number": "T3"}],
    "contacts": [
        {"staff_number": "S5"},
        {"contact_number": "K2", "staff_number": "S5", "client_number": "", "kind": "groep", "note": "Iets"},
        {"contact_number": "K3", "staff_number": "", "client_number": "", "kind": "overleg"},
        {"contact_number": "K4", "staff_number": "S2", "client_number": "C3"},
    ],
}
# What a cell may hold instead; in other columns one thing or another.
OTHERS = {
    "team_code": ["N", "Z", ""],
    "staff_number": ["S1", "S77"],
    "client_number": ["", "C3", "C77"],
    "trajectory_number": ["T1", "T3", "T77"],
    "job_number": ["B3", "B77"],
    "contact_number": ["K2", "K77"],
    "role": ["casemanager", "teamleider", "monitor"],
    "kind": ["ips", "overleg"],
    "started_on": ["2024-04-01", TODAY_TEXT, AHEAD],
    "ended_on": ["", TODAY_TEXT, AHEAD],
}
ANYTHING = ["2", "2024-06-01"]
# On the server, where every row is written, these open something: so the walk is able to find it.
OPENERS = {
    ("staff", "staff_number"), ("staff", "role"), ("staff", "team_code"), ("staff", "ended_on"),
    ("clients", "client_number"), ("clients", "team_code"),
    ("assignments", "client_number"), ("assignments", "staff_number"), ("assignments", "ended_on"),
    ("contacts", "contact_number"), ("contacts", "client_number"), ("contacts", "staff_number"),
}  # fmt: skip
WITH_A_RULE = (
    Client,
    Contact,
)  # of their own; whatever else is about a client is seen by who sees the client
FILES = [table.name.removesuffix(".csv") for table in TABLES]
Seen = dict[str, dict[str, set[int]]]


@pytest.fixture
def folder(tmp_path):
    """Everything in RECORDED is recorded, and the folder is empty again."""
    for file, rows in RECORDED.items():
        write_file(tmp_path, file, *rows)
    assert run_import(tmp_path).written
    empty(tmp_path)
    return tmp_path


@pytest.fixture(params=[True, False], ids=["released", "alone"])
def upload(request, settings, folder):
    """Uploads the folder, with and without a second administrator, and leaves out what is refused."""
    settings.IMPORT_NEEDS_SECOND_PERSON = request.param
    first, second = (User.objects.get(staff_number=number) for number in ("B1", "B2"))

    def upload() -> ImportRun:
        run = ask(folder, first, skip_invalid=True)
        import_run.perform_import(run_pk=run.pk)
        if request.param:
            import_run.release_import(run=run, by=second)
            import_run.perform_import(run_pk=run.pk)
        run.refresh_from_db()
        assert run.state == ImportState.DONE
        return run

    return upload


def empty(folder):
    for path in folder.glob("*.csv"):
        path.unlink()


def filled(file: str) -> list[dict[str, str]]:
    """The recorded rows of a file with every column of it."""
    (table,) = (table for table in TABLES if table.name == f"{file}.csv")
    rows = [VALID[file] | row for row in RECORDED[file]]
    present = [column.name for column in table.columns if any(column.name in row for row in rows)]
    return [{name: row.get(name, "") for name in present} for row in rows]


def columns_of(file: str) -> list[str]:
    (table,) = (table for table in TABLES if table.name == f"{file}.csv")
    return [column.name for column in table.columns]


def variants(file: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Each column with other values: in all rows at once, or one by one where it tells rows apart."""
    (table,) = (table for table in TABLES if table.name == f"{file}.csv")
    rows = filled(file)
    for column in columns_of(file):
        for value in OTHERS.get(column, ANYTHING):
            changed = [row | {column: value} for row in rows]
            if column in table.key:
                yield from ((column, [one]) for one in changed if one not in rows)
            else:
                yield column, changed


def rows_by_kind() -> dict[str, set[int]]:
    return {model._meta.label: set(model.objects.values_list("pk", flat=True)) for model in WITH_A_RULE}


def seen() -> Seen:
    """For everybody with an account: the clients, and the contacts, that they may see."""
    return {
        person.staff_number: {
            model._meta.label: set(model.objects.visible_to(person).values_list("pk", flat=True))
            for model in WITH_A_RULE
        }
        for person in User.objects.all()
    }


def opened(before: Seen, recorded: dict[str, set[int]]) -> set[tuple[str, str]]:
    """Who sees which kind of row that was recorded before, and did not see it then."""
    return {
        (number, label)
        for number, kinds in seen().items()
        for label, rows in kinds.items()
        if (rows & recorded[label]) - before.get(number, {}).get(label, set())
    }


def walk(folder, file, perform) -> dict[tuple[str, str], list]:
    """Per file and column what its variants opened; each variant begins where the first one began."""
    before, recorded = seen(), rows_by_kind()
    found: dict[tuple[str, str], list] = {}
    for column, rows in variants(file):
        empty(folder)
        write_file(folder, file, *rows)
        with transaction.atomic():
            perform()
            if gained := opened(before, recorded):
                found.setdefault((file, column), []).append((rows, gained))
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("file", FILES)
def test_no_cell_of_an_upload_shows_anybody_what_was_recorded(folder, upload, file):
    assert walk(folder, file, upload) == {}


@pytest.mark.parametrize("file", sorted({file for file, _column in OPENERS}))
def test_walk_finds_what_opens_on_the_server(folder, file):
    found = walk(folder, file, lambda: run_import(folder, skip_invalid=True))
    assert {one for one in OPENERS if one[0] == file} <= found.keys()


NEW = {"client_number": "C77", "last_name": "Nieuw", "team_code": "Z"}
REASON = "An upload does not change who follows the client"


def lines_about_clients() -> list[tuple[str, str | None]]:
    """What the log of changes tells about files of clients, and who did it."""
    lines = AuditEvent.objects.exclude(client_id=None).order_by("pk").select_related("by")
    return [(line.action, line.by and line.by.staff_number) for line in lines]


def test_upload_gives_its_own_clients_their_people_and_says_so_in_the_log(folder, upload):
    before, recorded, said = seen(), rows_by_kind(), len(lines_about_clients())
    write_file(folder, "clients", NEW)
    write_file(folder, "assignments", {"client_number": "C77", "staff_number": "S1", "role": "casemanager"})
    assert upload().report["refusals"] == []
    new = Client.objects.get(client_number="C77")
    for number in ("S1", "S2"):
        assert Client.objects.visible_to(User.objects.get(staff_number=number)).contains(new)
    assert opened(before, recorded) == set()
    assert lines_about_clients()[said:] == [("client_registered", "B1"), ("client_assigned", "B1")]


def test_new_client_takes_along_no_note_that_was_its_author_s(folder, upload):
    before, recorded = seen(), rows_by_kind()
    write_file(folder, "clients", NEW)
    write_file(folder, "assignments", {"client_number": "C77", "staff_number": "S1", "role": "casemanager"})
    write_file(folder, "contacts", {"contact_number": "K2", "client_number": "C77", "staff_number": "S1"})
    (refusal,) = upload().report["refusals"]
    assert (refusal["file"], refusal["is_compared"]) == ("contacts.csv", True)
    assert opened(before, recorded) == set()


def test_new_account_and_assignment_in_one_upload_open_nothing_once_confirmed(folder, upload):
    """Who confirms the account reads role and team, not which clients wait behind it."""
    before, recorded = seen(), rows_by_kind()
    write_file(folder, "staff", {"staff_number": "S77", "role": "casemanager", **NOWHERE})
    write_file(folder, "assignments", {"staff_number": "S77", "role": "casemanager"})
    upload()
    confirm_all(User.objects.get(staff_number="B2"))
    assert User.objects.get(staff_number="S77").is_active
    assert opened(before, recorded) == set()


def test_client_of_an_upload_before_is_a_client_who_is_recorded(folder, upload):
    write_file(folder, "clients", NEW)
    upload()
    empty(folder)
    write_file(folder, "assignments", {"client_number": "C77", "staff_number": "S1", "role": "casemanager"})
    (refusal,) = upload().report["refusals"]
    assert REASON in refusal["reason"]
    assert not Assignment.objects.filter(client__client_number="C77").exists()


def test_client_who_was_registered_after_the_check_is_recorded(folder):
    first, second = (User.objects.get(staff_number=number) for number in ("B1", "B2"))
    write_file(folder, "clients", NEW)
    write_file(folder, "assignments", {"client_number": "C77", "staff_number": "S1", "role": "casemanager"})
    run = ask(folder, first)
    import_run.perform_import(run_pk=run.pk)
    secret = ClientFactory(client_number="C77", team=Team.objects.get(code="Z"))
    import_run.release_import(run=run, by=second)
    import_run.perform_import(run_pk=run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.REFUSED
    assert not Client.objects.visible_to(User.objects.get(staff_number="S1")).contains(secret)


def test_files_of_what_is_recorded_change_nothing_and_are_not_refused(folder, upload):
    for file, rows in RECORDED.items():
        write_file(folder, file, *rows)
    said = lines_about_clients()
    run = upload()
    assert run.report["refusals"] == []
    assert {(file["created"], file["changed"]) for file in run.report["files"]} == {(0, 0)}
    assert lines_about_clients() == said


@pytest.mark.parametrize(
    "cells",
    [
        {},  # recorded, and the same
        {"ended_on": "2024-06-30"},
        {"ended_on": AHEAD},
        {"started_on": "2024-02-02"},
        {"started_on": "2023-01-01", "ended_on": "2023-12-31"},
        {"staff_number": "S1", "role": "casemanager"},
    ],
)
def test_log_of_changes_does_not_tell_who_follows_a_client(folder, upload, cells):
    """The administrator counts its lines: a row that changed something would have one more."""
    stored, said = list(Assignment.objects.values()), lines_about_clients()
    write_file(folder, "assignments", {"staff_number": "S5"} | cells)
    run = upload()
    assert (list(Assignment.objects.values()), lines_about_clients()) == (stored, said)
    assert [one["is_compared"] for one in run.report["refusals"]] == ([True] if cells else [])


def test_other_team_is_told_to_the_administrator_with_line_and_column(client, folder, upload):
    write_file(folder, "clients", {}, {"client_number": "C3", "team_code": "N"})
    run = upload()
    (refusal,) = run.report["refusals"]
    assert (refusal["line"], refusal["column"], refusal["is_compared"]) == (3, "team_code", False)
    sign_in(client, User.objects.get(staff_number="B1"))
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert "in another team or without one" in page


def test_team_lead_reads_that_the_assignment_is_theirs_to_make(client, folder, upload):
    write_file(folder, "assignments", {"staff_number": "S1", "role": "casemanager", "client_number": "C3"})
    run = upload()
    sign_in(client, User.objects.get(staff_number="S2"))
    assert REASON in client.get(reverse("trajectories:import_row_list")).content.decode()
    sign_in(client, User.objects.get(staff_number="B1"))
    page = client.get(reverse("admin:trajectories_importrun_change", args=[run.pk])).content.decode()
    assert REASON not in page
    assert "An upload does not change who follows a client who was recorded here before it" in page


def test_server_changes_both_and_each_has_a_line(folder):
    said = len(lines_about_clients())
    write_file(folder, "clients", {"team_code": "Z"}, {"client_number": "C2", "team_code": ""})
    write_file(
        folder,
        "assignments",
        {"staff_number": "S5", "ended_on": "2024-06-30"},
        {"staff_number": "S6", "role": "casemanager", "ended_on": ""},
        {"staff_number": "S1", "role": "casemanager"},
    )
    assert run_import(folder).written
    made = lines_about_clients()[said:]
    assert [action for action, _by in made] == [
        "client_corrected", "assignment_ended", "assignment_reopened", "client_assigned",
    ]  # fmt: skip
    assert {by for _action, by in made} == {None}
    noord, zuid = (str(Team.objects.get(code=code).public_id) for code in ("N", "Z"))
    assert AuditEvent.objects.get(action="client_corrected").changes == {"team": [noord, zuid]}
    reopened = AuditEvent.objects.get(action="assignment_reopened")
    assert reopened.changes == {"ended_on": ["2024-03-31", None]}
    assert reopened.client_id == Client.objects.get(client_number="C1").public_id
    run_import(folder)
    assert lines_about_clients()[said:] == made

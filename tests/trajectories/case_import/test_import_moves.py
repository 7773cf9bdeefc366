"""No row of any file takes something out of the file of a client and puts it in that of another."""

import pytest

from ipsplatform.common.classification import declared_of
from ipsplatform.common.declared import OfClient, client_of
from tests.trajectories.case_import.import_files import run_import, write_all, write_file
from trajectories.case_import.tables.running import TABLES
from trajectories.models import Contact, Job, Trajectory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ABOUT_CLIENTS = [table for table in TABLES if isinstance(declared_of(table.model), OfClient)]
TO_A_FILE = {"client_number": ("C1", "C2"), "trajectory_number": ("T1", "T2")}
MOVING = [
    (table, reference)
    for table in ABOUT_CLIENTS
    for reference in table.references
    if reference.column in TO_A_FILE and reference.column not in table.key
]
# Their key names the client: a row with another one is another row.
BY_KEY = [table for table in ABOUT_CLIENTS if table.key[0] in TO_A_FILE and len(table.key) > 1]


@pytest.fixture
def folder(tmp_path):
    """Two clients with a trajectory each; everything else is of the first one."""
    write_all(tmp_path)
    write_file(tmp_path, "clients", {}, {"client_number": "C2", "last_name": "Ander"})
    write_file(
        tmp_path, "trajectories", {}, {"trajectory_number": "T2", "client_number": "C2", "kind": "ips"}
    )
    assert run_import(tmp_path).written
    return tmp_path


def whose(table) -> dict[int, int]:
    """Of each row in the database the client, by primary key."""
    return {row.pk: client_of(row).pk for row in table.model.objects.all()}


def test_every_file_about_clients_is_looked_at():
    moving = {table.name for table, _reference in MOVING}
    named = {table.name for table in ABOUT_CLIENTS}
    assert moving == {"trajectories.csv", "jobs.csv", "contacts.csv"}
    assert named - moving == {"clients.csv", *(table.name for table in BY_KEY)}
    assert {table.name for table in BY_KEY} == {"assignments.csv", "stages.csv"}


@pytest.mark.parametrize(("table", "reference"), MOVING, ids=lambda one: getattr(one, "name", ""))
@pytest.mark.parametrize("skip_invalid", [False, True])
def test_known_number_with_another_client_is_refused_with_row_and_reason(
    folder, table, reference, skip_invalid
):
    before = whose(table)
    name = table.name.removesuffix(".csv")
    write_file(folder, name, {reference.column: TO_A_FILE[reference.column][1]})
    report = run_import(folder, skip_invalid=skip_invalid)
    (refusal,) = [one for one in report.refusals if one.file == table.name]
    assert (refusal.line, refusal.column, refusal.is_compared) == (2, reference.column, True)
    assert "moves it to another client" in refusal.reason
    assert whose(table) == before


@pytest.mark.parametrize("table", BY_KEY, ids=lambda one: one.name)
def test_row_whose_key_names_another_client_leaves_the_known_one_where_it_is(folder, table):
    before = whose(table)
    column = table.key[0]
    write_file(folder, table.name.removesuffix(".csv"), {column: TO_A_FILE[column][1]})
    run_import(folder, skip_invalid=True)
    assert before.items() <= whose(table).items()


def test_contact_is_not_taken_out_of_a_file(folder):
    write_file(folder, "contacts", {"client_number": "", "employer": "Bakkerij De Korenschoof"})
    assert not run_import(folder).written
    assert Contact.objects.get().client is not None


def test_contact_without_a_client_may_get_one(folder):
    write_file(folder, "contacts", {"contact_number": "K2", "client_number": "", "kind": "groep"})
    run_import(folder)
    write_file(folder, "contacts", {"contact_number": "K2", "client_number": "C2", "kind": "groep"})
    assert run_import(folder).written
    assert Contact.objects.get(contact_number="K2").client.client_number == "C2"


def test_job_does_not_move_to_another_trajectory_of_the_same_client_either(folder):
    write_file(folder, "trajectories", {}, {"trajectory_number": "T3", "kind": "mss", "client_number": "C1"})
    write_file(folder, "jobs", {"trajectory_number": "T3"})
    run_import(folder, skip_invalid=True)
    assert Trajectory.objects.filter(trajectory_number="T3").exists()
    assert Job.objects.get().trajectory.trajectory_number == "T1"

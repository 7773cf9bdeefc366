"""What was withdrawn is found by an index, however long the log and the history have grown."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from tests.factories import UserFactory
from tests.trajectories.case_import.import_files import run_import, write_all
from trajectories.case_import.selectors.asked import questions_of_imports
from trajectories.case_import.tables.withdrawn import FOUND_BY, answers_of, authors_of, withdrawn_rows
from trajectories.contacts.services import withdraw_contact
from trajectories.models import Contact, ContactHistory, ImportRun

pytestmark = pytest.mark.django_db

LINES = 200_000
FEW = 100  # blocks of 8 kB; the log of LINES has thousands of them


@pytest.fixture
def grown(tmp_path):
    """One contact withdrawn, in a log and a history of years."""
    write_all(tmp_path)
    assert run_import(tmp_path).written
    lead = UserFactory(teamleider=True, team=Client.objects.get().team)
    withdraw_contact(contact=Contact.objects.get(), reason="Verkeerde cliënt.", by=lead)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO staff_auditevent (public_id, at, action, target_type, target_id, part, changes) "
            "SELECT gen_random_uuid(), now() - n * interval '1 minute', 'contact_written', "
            "'trajectories.contact', gen_random_uuid(), 'contacts', '{}' FROM generate_series(1, %s) n",
            [LINES],
        )
        names = [
            f.column
            for f in ContactHistory._meta.concrete_fields
            if f.name not in ("pgh_id", "public_id", "pgh_label")
        ]
        listed = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO {ContactHistory._meta.db_table} (public_id, pgh_label, {listed}) "
            f"SELECT gen_random_uuid(), 'changed', {listed} FROM {ContactHistory._meta.db_table}, "
            "generate_series(1, %s) WHERE pgh_label = 'removed'",
            [LINES],
        )
        cursor.execute("ANALYZE staff_auditevent")
        cursor.execute(f"ANALYZE {ContactHistory._meta.db_table}")
    assert run_import(tmp_path).written
    return lead


def blocks_of_runs() -> int:
    """Runs of other tests, rolled back, lie in this table until PostgreSQL clears them away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size(%s) / 8192", [ImportRun._meta.db_table])
        return cursor.fetchone()[0]


def blocks_of(statement: str) -> int:
    """How many blocks PostgreSQL looks at to answer this statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
    plan = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def test_an_import_and_its_page_read_few_blocks(grown):
    with CaptureQueriesContext(connection) as queries:
        for model in FOUND_BY:
            withdrawn_rows(model)
        answers_of()
        authors_of([one.about for one in withdrawn_rows(Contact).values()])
        assert len(questions_of_imports(grown)) == 1
    read = {query["sql"]: blocks_of(query["sql"]) for query in queries}
    most = FEW + blocks_of_runs()
    assert most < LINES / 100, "a log that is read whole would not be noticed"
    too_many = {sql[:1000]: blocks for sql, blocks in read.items() if blocks > most}
    assert not too_many

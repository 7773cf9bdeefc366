"""A file whose retention period has passed, in the states that lead to its end."""

from datetime import UTC, date, datetime

from django.db import connection

from clients.models import DestructionProposal
from ipsplatform.operations.database_roles import as_owner
from staff.models import User
from tests.factories import (
    AssignmentFactory,
    ClientFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TrajectoryFactory,
)
from trajectories.models import Trajectory
from trajectories.retention.services.terms import approve_destruction, propose_destructions, record_terms

MARK = "Xqvernietigd"


def old_file(*, worker: User, ended_on: date = date(2000, 6, 30), **client) -> Trajectory:
    """A whole file that came to rest long ago, with the mark in every text."""
    texts = {"last_name": MARK, "first_name": MARK, "municipality": MARK, "client_number": f"{MARK}-1"}
    person = ClientFactory(**{**texts, **client})
    AssignmentFactory(client=person, user=worker, started_on=date(1999, 1, 1), ended_on=ended_on)
    trajectory = TrajectoryFactory(
        client=person, enrolled_on=date(1999, 1, 1), ended_on=ended_on, wish=MARK, next_step=MARK
    )
    StagePeriodFactory(
        trajectory=trajectory, started_on=date(1999, 2, 1), ended_on=ended_on, reason=MARK, client_words=MARK
    )
    JobFactory(trajectory=trajectory, started_on=date(1999, 3, 1), ended_on=ended_on, occupation=MARK)
    ContactFactory(client=person, staff=worker, occurred_at=datetime(1999, 5, 1, tzinfo=UTC), note=MARK)
    return trajectory


def proposed(trajectory: Trajectory) -> DestructionProposal:
    record_terms()
    propose_destructions()
    return trajectory.client.destruction_proposals.get()


def due(trajectory: Trajectory, *, by: User) -> DestructionProposal:
    """Approved, and the waiting time is over: only the owner of the tables can turn the clock back."""
    proposal = approve_destruction(proposal=proposed(trajectory), by=by)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clients_destructionproposal DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE clients_destructionproposal SET approved_at = approved_at - interval '40 days',"
            " destroy_after = destroy_after - interval '40 days'"
        )
        cursor.execute("ALTER TABLE clients_destructionproposal ENABLE TRIGGER USER")
    proposal.refresh_from_db()
    return proposal


def tables_with(text: str) -> list[str]:
    """Every table that holds `text` anywhere, whoever made the table."""
    found = []
    with as_owner(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found

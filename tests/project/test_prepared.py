"""Statements that are prepared and written once give what the ORM gives, in the house of Django."""

from datetime import date

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from ipsplatform.common.prepared import preparing_cursor
from ipsplatform.common.written_once import Slot, written_once
from tests.factories import ClientFactory, TrajectoryFactory
from trajectories.models import StagePeriod, Trajectory, TrajectoryKind

pytestmark = pytest.mark.django_db
START, LATER = date(2026, 1, 5), date(2026, 2, 2)


@pytest.fixture
def running():
    """A statement of its own for each test, with how often it was written."""
    times = []

    @written_once
    def running(clients: Slot, day: Slot) -> QuerySet:
        times.append((clients, day))
        rows = Trajectory.objects.running_on(day).filter(client__in=clients.each)
        return rows.select_related("client").order_by("pk")

    return running, times


def test_written_once_answers_each_question_for_itself(running):
    ask, times = running
    first, second = TrajectoryFactory(enrolled_on=START), TrajectoryFactory(enrolled_on=LATER)
    for trajectory in (first, second, first):
        found = ask(clients=[trajectory.client_id], day=trajectory.enrolled_on)
        assert [(row, row.client) for row in found] == [(trajectory, trajectory.client)]
    assert ask(clients=[second.client_id], day=START) == []
    assert len(ask(clients=[first.client_id, second.client_id], day=second.enrolled_on)) == 2
    assert len(times) == 1


def test_function_that_writes_sees_no_value(running):
    ask, times = running
    ask(clients=[1], day=START)
    assert all(isinstance(seen, Slot) for seen in times[0])


def test_day_that_would_stay_in_the_statement_is_refused():
    @written_once
    def today(clients: Slot) -> QuerySet:
        return StagePeriod.objects.current().filter(trajectory__client__in=clients.each)

    with pytest.raises(TypeError, match="would stay that day"):
        today(clients=[1])


def test_each_shape_is_a_statement_of_its_own():
    @written_once
    def of_kind(clients: Slot, *, kind: str) -> QuerySet:
        return Trajectory.objects.filter(client__in=clients.each, kind=kind)

    trajectory = TrajectoryFactory(kind=TrajectoryKind.IPS)
    assert of_kind(clients=[trajectory.client_id], kind=TrajectoryKind.IPS) == [trajectory]
    assert of_kind(clients=[trajectory.client_id], kind=TrajectoryKind.MSS) == []


def test_rows_of_values_are_values():
    @written_once
    def numbers(clients: Slot) -> QuerySet:
        return Client.objects.filter(pk__in=clients.each).values_list("pk", "client_number")

    client = ClientFactory()
    assert numbers(clients=[client.pk]) == [(client.pk, client.client_number)]


def test_statement_is_counted_and_prepared(running):
    ask, _times = running
    with CaptureQueriesContext(connection) as queries:
        for _ in range(7):
            ask(clients=[1], day=START)
    assert len(queries) == 7
    assert all('"trajectories_trajectory"' in query["sql"] for query in queries.captured_queries)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%unnest%'")
        assert cursor.fetchone()[0] >= 1


def test_errors_are_those_of_django():
    with pytest.raises(ProgrammingError), transaction.atomic(), preparing_cursor(connection) as cursor:
        cursor.execute("SELECT no_such_column FROM clients_client WHERE id = %s", [1])
    with pytest.raises(DatabaseError), transaction.atomic(), preparing_cursor(connection) as cursor:
        cursor.execute("SELECT 1 / %s::integer", [0])

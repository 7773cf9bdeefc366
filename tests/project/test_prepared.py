"""A prepared statement stands in the house of Django: its counting and its errors."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ipsplatform.common.prepared import preparing_cursor

pytestmark = pytest.mark.django_db


STATEMENT = "SELECT last_name FROM clients_client WHERE id = "


def test_statement_is_prepared_once_it_is_seen_often(settings):
    assert _times_prepared(settings.DATABASE_PREPARE_AFTER) == 0
    assert _times_prepared(2) == 1


def test_statement_is_never_prepared_without_a_threshold(monkeypatch):
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    assert _times_prepared(12) == 0


def test_statement_is_counted_and_its_text_is_logged():
    with CaptureQueriesContext(connection) as queries:
        _ask(7)
    assert len(queries) == 7
    assert all("FROM clients_client" in query["sql"] for query in queries.captured_queries)


def test_errors_are_those_of_django():
    with pytest.raises(ProgrammingError), transaction.atomic(), preparing_cursor(connection) as cursor:
        cursor.execute("SELECT no_such_column FROM clients_client WHERE id = %s", [1])
    with pytest.raises(DatabaseError), transaction.atomic(), preparing_cursor(connection) as cursor:
        cursor.execute("SELECT 1 / %s::integer", [0])


def _ask(times: int) -> None:
    for key in range(times):
        with preparing_cursor(connection) as cursor:
            cursor.execute(f"{STATEMENT}%(key)s", {"key": key})
            assert cursor.fetchall() == []


def _times_prepared(times: int) -> int:
    _ask(times)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [f"{STATEMENT}$1"])
        return cursor.fetchone()[0]

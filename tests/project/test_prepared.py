"""A prepared statement stands in the house of Django: its counting and its errors."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ipsplatform.common.prepared import preparing_cursor

pytestmark = pytest.mark.django_db


def test_statement_is_counted_and_prepared():
    with CaptureQueriesContext(connection) as queries:
        for key in range(7):
            with preparing_cursor(connection) as cursor:
                cursor.execute("SELECT last_name FROM clients_client WHERE id = %(key)s", {"key": key})
                assert cursor.fetchall() == []
    assert len(queries) == 7
    assert all("FROM clients_client" in query["sql"] for query in queries.captured_queries)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements"
            " WHERE statement = 'SELECT last_name FROM clients_client WHERE id = $1'"
        )
        assert cursor.fetchone()[0] == 1


def test_errors_are_those_of_django():
    with pytest.raises(ProgrammingError), transaction.atomic(), preparing_cursor(connection) as cursor:
        cursor.execute("SELECT no_such_column FROM clients_client WHERE id = %s", [1])
    with pytest.raises(DatabaseError), transaction.atomic(), preparing_cursor(connection) as cursor:
        cursor.execute("SELECT 1 / %s::integer", [0])

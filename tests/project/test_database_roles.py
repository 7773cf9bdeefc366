"""The tests run as the application does: without power over the log, the history and the triggers."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from ipsplatform.operations.database_roles import append_only_tables, as_owner, grant_rights, owner_tables
from staff.models import Team
from tests.factories import JobFactory, TeamFactory
from trajectories.models import Trajectory

pytestmark = pytest.mark.shows(1, 7)


def one(statement: str, *parameters: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return error.__cause__.sqlstate == "42501"
    return False


@pytest.mark.django_db
def test_tests_run_as_the_role_of_the_application(settings):
    assert one("SELECT current_user") == settings.APPLICATION_ROLE != settings.DATABASE_OWNER["USER"]
    assert not one(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles"
        " WHERE rolname = current_user"
    )
    assert one("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == 0
    assert one("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole") == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
)
def test_lines_that_are_kept_can_only_be_added(statement):
    tables = append_only_tables()
    assert "staff_auditevent" in tables
    allowed = [table for table in tables if not refused(_on(table, statement))]
    assert allowed == []


ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
# What the application may ask of a function that works with the rights of the owner: docs/adr/0015, 0028.
WITH_RIGHTS_OF_THE_OWNER = {"ips_make_log_partitions", "ips_destroy_file"}
RIGHTS = """
    SELECT c.relname, c.relispartition, array_agg(right_name) FILTER (
               WHERE has_table_privilege(current_user, c.oid, right_name)
                  OR (right_name IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                      AND has_any_column_privilege(current_user, c.oid, right_name)))
    FROM pg_class c,
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) right_name
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    GROUP BY c.oid
"""


def expected_rights(table: str, *, is_partition: bool) -> set[str]:
    if is_partition:
        return set()
    if table == "django_migrations" or table in owner_tables():
        return {"SELECT"}
    return {"SELECT", "INSERT"} if table in append_only_tables() else ROWS


@pytest.mark.django_db
def test_rights_of_the_application_on_every_table():
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS)
        found = {name: (is_partition, set(rights or ())) for name, is_partition, rights in cursor.fetchall()}
    assert {"staff_accessseal", "staff_droppedlogmonth", "clients_client"} <= set(found)
    assert any(is_partition for is_partition, _rights in found.values())
    assert {name: rights for name, (_is_partition, rights) in found.items()} == {
        name: expected_rights(name, is_partition=is_partition) for name, (is_partition, _r) in found.items()
    }


@pytest.mark.django_db
def test_what_shows_that_nothing_was_removed_is_written_by_the_owner_or_only_grows():
    """Of each table that verify_audit reads, and of the log of changes and the history."""
    kept = {"staff_accessline", "staff_accessseal", "staff_droppedlogmonth", "staff_auditevent"}
    assert kept <= append_only_tables()
    assert "staff_droppedlogmonth" in owner_tables()
    assert all(
        model._meta.db_table in append_only_tables()
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model")
    )


@pytest.mark.django_db
def test_no_number_can_be_given_out_again_and_no_function_does_more_than_it_says():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
            " AND has_sequence_privilege(current_user, oid, 'UPDATE')"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND has_function_privilege(current_user, oid, 'EXECUTE')"
        )
        assert {name for (name,) in cursor.fetchall()} == WITH_RIGHTS_OF_THE_OWNER


@pytest.mark.django_db
def test_no_table_can_be_emptied_and_no_migration_forged():
    assert refused("TRUNCATE clients_client CASCADE")
    assert refused("DELETE FROM django_migrations")
    assert refused("CREATE TABLE mine (id integer)")
    assert refused("ALTER TABLE clients_client DISABLE TRIGGER ALL")


@pytest.mark.django_db
def test_triggers_can_not_be_switched_off():
    assert refused("SET session_replication_role = replica")
    trajectory = JobFactory().trajectory
    with pytest.raises(DatabaseError, match="only the owner"), pgtrigger.ignore(), transaction.atomic():
        Trajectory.objects.filter(pk=trajectory.pk).update(ended_on="2020-01-01", end_reason="overig")


@pytest.mark.django_db(transaction=True)
def test_owner_may_and_the_application_is_itself_again_afterwards():
    TeamFactory(name="FACT Oost")
    with as_owner():
        assert not refused("ALTER TABLE staff_team ALTER COLUMN name SET NOT NULL")
        grant_rights()
    assert refused("ALTER TABLE staff_team ALTER COLUMN name SET NOT NULL")
    assert Team.objects.filter(name="FACT Oost").update(name="FACT West") == 1


def _on(table: str, statement: str) -> str:
    key = one(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1",
        table,
    )
    return statement.format(table).replace("id = id", f'"{key}" = "{key}"')

"""The tests run as the application does: without power over the log, the history and the triggers."""

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from ipsplatform.operations.database_roles import append_only_tables, as_owner, grant_rights
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

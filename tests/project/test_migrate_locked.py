"""Two containers that start at the same time do not migrate at the same time."""

import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from ipsplatform.management.commands.migrate_locked import MIGRATIONS_LOCK
from tests.celery_process import environment_of_test_database
from tests.waiting import PATIENCE

pytestmark = pytest.mark.shows(17)

# Other test processes have the same lock, each in its own database.
LOCKS = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND objid = %s"
)
WAITING = f"{LOCKS} AND NOT granted"


@pytest.mark.django_db(transaction=True)
def test_second_one_waits_for_the_first():
    environment = environment_of_test_database()
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as first:
        first.execute("SELECT pg_advisory_lock(%s)", [MIGRATIONS_LOCK])
        second = subprocess.Popen(
            [sys.executable, "manage.py", "migrate_locked"],
            cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert "even wachten" in second.stdout.readline()
        # Who waits in the middle of a statement holds up an index that is made concurrently.
        assert first.execute(WAITING, [MIGRATIONS_LOCK]).fetchone() == (0,)
        assert second.poll() is None
    output, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0
    assert "No migrations to apply" in output


@pytest.mark.django_db(transaction=True)
def test_lock_is_released_afterwards():
    call_command("migrate_locked", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(LOCKS, [MIGRATIONS_LOCK])
        assert cursor.fetchone() == (0,)

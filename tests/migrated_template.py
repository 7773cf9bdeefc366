"""The migrations make the tables of the tests once; every test process copies what they made.

The name of the copied database says what it was made from: the source of the product, the locked packages and
the day, because the log has partitions from that month on. Another run of the same code copies it again.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

LOCK = 20_261_129  # of those who make such a database or copy one
PREFIX, DRAFT = "migrated_", "migrating"
PRODUCT = ("ipsplatform", "staff", "clients", "trajectories", "reports")


@contextmanager
def migrated_template() -> Iterator[str]:
    """Name of the database to copy, which stays as long as this block. The connection is the owner's."""
    name = PREFIX + _digest()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        older = {found for (found,) in known}
        if name not in older:
            _migrate()
            owner.execute(_on_databases("ALTER DATABASE {} RENAME TO {}", DRAFT, name))
            for found in older:
                owner.execute(_on_databases("DROP DATABASE {}", found))
        # Others may copy at the same time, nobody may remove it.
        owner.execute("SELECT pg_advisory_lock_shared(%s)", [LOCK])
        owner.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        yield name


def _on_databases(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _digest() -> str:
    """What the tables depend on."""
    found = hashlib.sha256(f"{sys.version} {timezone.localdate()} {settings.APPLICATION_ROLE}".encode())
    sources = sorted(path for folder in PRODUCT for path in (settings.BASE_DIR / folder).rglob("*.py"))
    for path in (settings.BASE_DIR / "requirements/all.txt", *sources):
        found.update(f"{path.relative_to(settings.BASE_DIR)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:32]


def _migrate() -> None:
    """Let Django make it as it makes a test database; one that was left half made is made anew."""
    ours = connection.settings_dict
    before = ours["NAME"], ours["TEST"]["NAME"]
    ours["TEST"]["NAME"] = DRAFT
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        _leave_statistics_alone()
    finally:
        connection.close()
        ours["NAME"], ours["TEST"]["NAME"] = before
        settings.DATABASES["default"]["NAME"] = before[0]


def _leave_statistics_alone() -> None:
    """Plans are the same in every run: autovacuum would learn from the few rows of some test that all of
    them are of one client, and then an index is as good without a condition as with one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND relowner = current_user::regrole"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from ipsplatform.operations.database_roles import as_owner

MIGRATIONS_LOCK = 0x1B5  # any number, the same for every container
POLL_SECONDS = 0.5


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Apply the migrations; of several that start at once, one does the work and the others wait "
            "for it."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 (Django's signature)
        with as_owner():  # one connection for the lock and the work
            self._wait_for_the_lock()
            try:
                call_command("migrate", interactive=False, verbosity=options["verbosity"])
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATIONS_LOCK])

    def _wait_for_the_lock(self) -> None:
        """Poll: a session that waits inside PostgreSQL holds up an index that is made concurrently."""
        is_told = False
        while not _try_lock():
            if not is_told:
                self.stdout.write(_("Another process is migrating; waiting for it."))
                self.stdout.flush()
                is_told = True
            time.sleep(POLL_SECONDS)


def _try_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATIONS_LOCK])
        return cursor.fetchone()[0]

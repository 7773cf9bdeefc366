from typing import Any

from django.core.management.commands.flush import Command as FlushCommand

from ipsplatform.operations.database_roles import as_owner


class Command(FlushCommand):
    """Django's own, as the role that owns the tables: the application's role can't empty a table."""

    def handle(self, **options: Any) -> None:
        with as_owner():
            super().handle(**options)

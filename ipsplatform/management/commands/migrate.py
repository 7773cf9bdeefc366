from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand

from ipsplatform.operations.database_roles import as_owner, grant_rights


class Command(MigrateCommand):
    """Django's own, as the role that owns the tables; then the application's role gets its rights."""

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            grant_rights()

from typing import Any

from django.contrib.auth.management.commands.createsuperuser import Command as CreateSuperuserCommand
from django.db import transaction

from staff.audit import services as audit
from staff.models import StaffAction, User


class Command(CreateSuperuserCommand):
    """Django's own: the account of an administrator, with its line in the log of changes."""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = set(User.objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in User.objects.exclude(pk__in=known):
            audit.record(by=None, action=StaffAction.CREATED, target=user)

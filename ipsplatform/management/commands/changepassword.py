from typing import Any

from django.contrib.auth.management.commands.changepassword import Command as ChangePasswordCommand
from django.db import transaction

from staff.models import User
from staff.people.services import set_temporary_password
from staff.sign_on.services import tell_of_new_password


class Command(ChangePasswordCommand):
    """Django's own. Whoever typed the password knows it: its owner is told and chooses another one."""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        said = super().handle(*args, **options)
        user = User.objects.get_by_natural_key(options["username"])
        set_temporary_password(user=user, password_hash=user.password, by=None)
        tell_of_new_password(user=user)
        return said

"""Seal every citizen service number with the first of BSN_KEYS: `manage.py rotate_bsn_keys`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from clients.service_numbers import seal as number_seal
from clients.service_numbers.services import seal_again


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Encrypt every citizen service number with the newest key. May be interrupted and run again."
        )

    def handle(self, **options: Any) -> None:  # noqa: ARG002
        if not number_seal.is_on():
            raise CommandError(_("Citizen service numbers are switched off here: set BSN_ENABLED first."))
        done = seal_again()
        self.stdout.write(_("Sealed with the newest keys: %(number)s.") % {"number": done.sealed})
        if done.unreadable:
            raise CommandError(
                _("No key opens these rows, so the old keys are still needed: %(rows)s.")
                % {"rows": ", ".join(map(str, done.unreadable))}
            )

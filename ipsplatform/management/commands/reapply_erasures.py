"""`manage.py reapply_erasures`: destroys again what a restore brought back (docs/operations.md)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from clients.models import Client
from ipsplatform.common import erased_ids
from ipsplatform.operations.database_roles import as_owner
from trajectories.retention.services.destruction import erase_again


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Destroy again every file of ERASED_IDS_FILE that a restore brought back. Run it after each "
            "restore."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 (Django's signature)
        if not erased_ids.is_set_up():  # a restore goes on: without the list nothing was ever destroyed
            self.stderr.write(_("ERASED_IDS_FILE is not set, so nothing is destroyed again."))
            return
        identifiers = erased_ids.recorded()
        with as_owner():
            back = list(Client.objects.filter(public_id__in=identifiers).order_by("pk"))
            for client in back:
                erase_again(client)
        for client in back:
            erased_ids.record(client.public_id, erased_ids.DONE)
        self.stdout.write(
            _("%(back)s of %(known)s destroyed files had come back; they are gone again.")
            % {"back": len(back), "known": len(identifiers)}
        )

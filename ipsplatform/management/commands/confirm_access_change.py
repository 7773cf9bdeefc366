"""The second person of an organisation that has no other: `manage.py confirm_access_change`."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from staff.asking.texts import summaries
from staff.confirming.pages import account_block, state_text
from staff.confirming.services import confirm_access_change
from staff.models import AccessChange


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "List what waits for a second person, or confirm one request by its number. For an organisation "
            "with one administrator and no team lead yet: whoever keeps the server is the second person."
        )
        parser.add_argument(
            "number", nargs="?", type=UUID, help=_("The number of the request, from the list.")
        )

    def handle(self, *, number: UUID | None, **options: Any) -> None:  # noqa: ARG002
        waiting = (
            AccessChange.objects.open().select_related("person", "asked_by").order_by("expires_at", "pk")
        )
        if number is None:
            asked = summaries(waiting)
            for one, what in asked.items():
                self.stdout.write(_line(one, what))
                self._tell_account(one)
            if not asked:
                self.stdout.write(_("Nothing waits for a second person."))
            return
        change = waiting.filter(public_id=number).first()
        if change is None:
            raise CommandError(_("No request with this number waits."))
        try:
            confirm_access_change(change=change, by=None)
        except (RuleError, ValidationError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("Confirmed: %(what)s") % {"what": _line(change, summaries([change])[change])})

    def _tell_account(self, change: AccessChange) -> None:
        """What a second person reads on the page."""
        account = account_block(change)
        for name, text in [*account.facts, *account.changes]:
            self.stdout.write(f"  {name}: {text}")


def _line(change: AccessChange, asked: str) -> str:
    facts = [change.public_id, change.person.username, asked, change.asked_by, state_text(change)]
    return " | ".join(map(str, facts))

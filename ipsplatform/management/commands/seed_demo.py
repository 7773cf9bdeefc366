"""Fill an empty database with invented people: `manage.py seed_demo [--if-empty]`."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.errors import RuleError
from ipsplatform.demo import making
from ipsplatform.demo.runs import make_past_runs


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Fill an empty database with invented teams, staff and clients. Demo settings only."
        )
        parser.add_argument(
            "--if-empty", action="store_true", help=_("do nothing when there is something in the database")
        )

    def handle(self, *, if_empty: bool, verbosity: int, **options) -> None:  # noqa: ARG002
        if not getattr(settings, "DEMO", False):
            raise CommandError(_("Demo data is only made with the demo settings: they hold no real people."))
        if if_empty and not making.is_empty():
            return
        show_progress = verbosity > 0 and sys.stderr.isatty()
        try:
            clients = making.make_demo(today=timezone.localdate(), show_progress=show_progress)
        except RuleError as refusal:
            raise CommandError(str(refusal)) from refusal
        make_past_runs(show_progress=show_progress)
        if verbosity > 0:
            self.stdout.write(_("%(clients)d invented clients are ready.") % {"clients": clients})

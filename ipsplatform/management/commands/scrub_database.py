"""Make the people in a copy unrecognisable: `manage.py scrub_database --database NAME`."""

import os
import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from ipsplatform.scrubbing import scrub


class Command(BaseCommand):
    help = "Replace everything in this database by which people can be recognised. There is no way back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", required=True, help="the name of the database that is connected")
        parser.add_argument(
            "--this-is-a-copy", action="store_true", help="needed with production settings: no real work here"
        )

    def handle(self, *, database: str, this_is_a_copy: bool, verbosity: int, **options) -> None:  # noqa: ARG002
        connected = connection.settings_dict["NAME"]
        if database != connected:
            raise CommandError(_("The database that is connected is called otherwise. Nothing was changed."))
        if not getattr(settings, "HOLDS_NO_REAL_PEOPLE", False) and not this_is_a_copy:
            raise CommandError(
                _("With these settings real people may be in the database. Make a copy first, connect to it, "
                  "and say --this-is-a-copy.")
            )  # fmt: skip
        key = os.environ.get("SCRUB_KEY", "").encode() or secrets.token_bytes(32)
        counts = scrub(key)
        if verbosity > 0:
            for label, count in sorted(counts.items()):
                self.stdout.write(f"{label}: {count}")

"""Make the people in a copy unrecognisable: `manage.py scrub_database --yes-this-is-a-copy NAME`."""

import os
import secrets
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from ipsplatform.common.classification import unclassified
from ipsplatform.operations.database_roles import as_owner
from ipsplatform.privacy.scrubbing import scrub, write_anew
from staff.models import Role, User

OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
)


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Replace everything in this database by which people can be recognised. There is no way back."
        )
        parser.add_argument(
            "--yes-this-is-a-copy",
            required=True,
            metavar="NAME",
            help=_("the name of the connected database"),
        )

    def handle(self, *, yes_this_is_a_copy: str, verbosity: int, **options) -> None:  # noqa: ARG002
        password = os.environ.get("SCRUB_PASSWORD") or secrets.token_urlsafe(12)
        with as_owner():
            _refuse_all_but_a_copy(yes_this_is_a_copy)
            counts = scrub(secrets.token_bytes(32), password=password)
            write_anew()
            lines = [f"{label}: {count}" for label, count in sorted(counts.items())]
            lines += [_("Password of everybody: %(password)s") % {"password": password}, *_who_to_be()]
        if verbosity > 0:
            self.stdout.write("\n".join(lines))


def _refuse_all_but_a_copy(name: str) -> None:
    """Refuse another name, and a database in use: a web process, a worker or beat shows that it is real."""
    if name != connection.settings_dict["NAME"]:
        raise CommandError(_("The connected database has another name. Nothing was changed."))
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        (others,) = cursor.fetchone()
    if others:
        raise CommandError(
            _("Somebody else is connected to this database, so it is in use. Nothing was changed.")
        )
    if missing := unclassified():
        raise CommandError(
            _("These fields have no class, so nothing was changed: %(fields)s.")
            % {"fields": ", ".join(missing)}
        )


def _who_to_be() -> Iterator[str]:
    """A user name of each role, to sign in with."""
    for role in Role:
        person = User.objects.active().filter(role=role).order_by("pk").first()
        if person is not None:
            yield f"{role.label}: {person.username}"

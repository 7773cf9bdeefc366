"""The way back in after a lost phone or a new SECRET_KEY, where nobody can ask for it in the browser."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.models import User
from staff.sign_on.services import forget_second_factors, forget_unreadable_factors


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Let people set up a new second factor at their next sign-in. They are told by e-mail, and it "
            "stands in the log of changes."
        )
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help=_("User names of people who lost theirs.")
        )
        parser.add_argument(
            "--unreadable",
            action="store_true",
            help=_("Apps and recovery codes that SECRET_KEY no longer opens, of everybody. Passkeys stay."),
        )

    def handle(self, *, names: list[str], unreadable: bool, **options: Any) -> None:  # noqa: ARG002
        if not names and not unreadable:
            raise CommandError(_("Say whose: user names, or --unreadable."))
        people = [_person(name) for name in names]  # all of them, before anything changes
        for person in people:
            forget_second_factors(user=person, by=None)
        told = len(people) + (forget_unreadable_factors() if unreadable else 0)
        self.stdout.write(
            ngettext(
                "%(number)s person sets up a new second factor at the next sign-in.",
                "%(number)s people set up a new second factor at their next sign-in.",
                told,
            )
            % {"number": told}
        )


def _person(name: str) -> User:
    try:
        return User.objects.get(username__iexact=name)
    except User.DoesNotExist as error:
        raise CommandError(_("Nobody has the user name “%(name)s”.") % {"name": name}) from error

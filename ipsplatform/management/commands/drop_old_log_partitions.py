"""`manage.py drop_old_log_partitions`: removes months of the access log whose years are over."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from clients.models import RegimeCode, RetentionRegime
from ipsplatform.operations.database_roles import as_owner
from staff.access_log.partitions import UnsealedLinesError, drop_month, old_months
from staff.access_log.verifying import find_damage


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Remove months of the access log whose retention period is over; refuses when the log is damaged."
        )
        parser.add_argument("--dry-run", action="store_true", help=_("only say which months would go"))

    def handle(self, *, dry_run: bool, **options: Any) -> None:  # noqa: ARG002
        years = RetentionRegime.objects.get(code=RegimeCode.TOEGANGSLOG).years
        months = old_months(years=years)
        if dry_run or not months:
            self.stdout.write(" ".join(f"{month:%Y-%m}" for month in months) or _("No month is old enough."))
            return
        if next(find_damage(), None) is not None:
            raise CommandError(
                _("The access log does not fit its seals. Nothing is removed; run verify_audit first.")
            )
        with as_owner():
            for month in months:
                self._drop(month)

    def _drop(self, month) -> None:
        try:
            proof = drop_month(month)
        except UnsealedLinesError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(month)s: %(lines)s lines removed, certificate %(number)s.")
            % {"month": f"{month:%Y-%m}", "lines": proof.line_count, "number": proof.public_id}
        )

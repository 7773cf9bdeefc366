"""`manage.py export_access_log`: new lines of the access log, for a SIEM (docs/operations.md)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ipsplatform.common.disk import disk_in_words
from ipsplatform.operations.access_log import command_line, write_line
from staff.access_log.outgoing import lines_after


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Write the lines of the access log that were not exported yet to standard output, in JSON."
        )
        parser.add_argument(
            "position",
            type=Path,
            metavar="FILE",
            help=_("remembers the last line; the first export makes it, and begins at the start of the log"),
        )

    def handle(self, *, position: Path, **options: Any) -> None:  # noqa: ARG002
        last, count = _read(position), 0
        for number, line in lines_after(last):
            self.stdout.write(line)
            last, count = number, count + 1
        self.stdout.flush()
        write_line(command_line("export_access_log", is_done=True, row_count=count))
        with disk_in_words():
            _remember(position, last)


def _read(position: Path) -> int:
    """The number in the file, 0 without one. Raises CommandError for anything else."""
    try:
        return int(position.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise CommandError(
            _("%(file)s is not a file with the number of a line.") % {"file": position}
        ) from error


def _remember(position: Path, number: int) -> None:
    """Whole or not at all. After a failure the same lines come once more: none is left out."""
    new = position.with_name(f"{position.name}.new")
    new.write_text(f"{number}\n", encoding="utf-8")
    new.replace(position)

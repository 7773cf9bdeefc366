"""Django's command, with the catalogue in an order and a shape that branches can merge."""

from pathlib import Path

import polib
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import makemessages
from django.core.management.utils import popen_wrapper

WIDTH = 110
NOT_OURS_TO_TRANSLATE = ["node_modules", "tests", "docs"]
NOT_KEPT = ["POT-Creation-Date", "Report-Msgid-Bugs-To"]  # the first changes each time, the second is empty


class Command(makemessages.Command):
    # Line numbers would make every merge a conflict; a guess of gettext is worse than no translation.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-location", "--no-fuzzy-matching"]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(ignore_patterns=NOT_OURS_TO_TRANSLATE)

    def write_po_file(self, potfile: str, locale: str) -> None:
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        if path.exists():
            _join_doubles(path)
        super().write_po_file(potfile, locale)
        _put_in_order(path)


def _join_doubles(path: Path) -> None:
    """What a merge left twice becomes one; two different translations become a fuzzy one: a human chooses."""
    _, errors, status = popen_wrapper(["msguniq", "--output-file", str(path), str(path)])
    if status:
        raise CommandError(errors)


def _put_in_order(path: Path) -> None:
    catalogue = polib.pofile(str(path), wrapwidth=WIDTH)
    for name in NOT_KEPT:
        catalogue.metadata.pop(name, None)
    for entry in catalogue.obsolete_entries():
        entry.obsolete = False  # also a text of another package, which is in no source of ours
    catalogue.sort(key=lambda entry: (entry.msgid.casefold(), entry.msgid, entry.msgctxt or ""))
    catalogue.save()

"""`manage.py verify_audit`: was a line of the access log changed after it was sealed? (docs/operations.md)"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.disk import disk_in_words
from staff.access_log.sealing import Damage, differs_from_export, exported_seals, find_damage
from staff.models import AccessLine, AccessSeal

SENTENCES = {
    "changed": gettext_lazy("line %(line)s was changed after seal %(seal)s"),
    "removed": gettext_lazy("line %(line)s of seal %(seal)s was removed"),
    "added": gettext_lazy("line %(line)s was put between the lines of seal %(seal)s afterwards"),
    "seal": gettext_lazy("seal %(seal)s does not fit its own lines"),
    "chain": gettext_lazy("seal %(seal)s does not follow the seal before it"),
    "export": gettext_lazy("seal %(seal)s is not what was exported"),
}


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Compare the access log with its seals; exits with 1 and names every line that does not fit."
        )
        parser.add_argument(
            "--export", type=Path, metavar="FILE", help=_("write the seals, to keep elsewhere")
        )
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help=_("compare with seals written before")
        )

    def handle(self, *, export: Path | None, against: Path | None, **options: Any) -> None:  # noqa: ARG002
        damage = list(self._damage(against))
        for found in damage:
            self.stdout.write(SENTENCES[found.kind] % {"line": found.line, "seal": found.seal})
        if damage:
            raise CommandError(
                _("The access log does not fit its seals: %(number)s times.") % {"number": len(damage)}
            )
        if export:
            with disk_in_words():
                _write_whole(export, "".join(f"{line}\n" for line in exported_seals()))
        seals, lines = AccessSeal.objects.count(), AccessLine.objects.count()
        self.stdout.write(
            _("The access log fits: %(lines)s lines, %(seals)s seals.") % {"lines": lines, "seals": seals}
        )

    def _damage(self, against: Path | None) -> Iterator[Damage]:
        yield from find_damage()
        if against:
            with disk_in_words(), _file_of_seals(against), against.open(encoding="utf-8") as seals:
                yield from differs_from_export(seals)


@contextmanager
def _file_of_seals(path: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:  # no numbers, or no text at all
        raise CommandError(_("%(file)s is not an export of seals.") % {"file": path}) from error


def _write_whole(path: Path, text: str) -> None:
    """Half an export would say later that the rest of the seals is new."""
    draft = path.with_name(f"{path.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.rename(path)
    except OSError:
        if draft.is_file():
            draft.unlink()
        raise

"""`manage.py verify_audit`: was a line of the access log changed after it was sealed? (docs/operations.md)"""

from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.disk import disk_in_words
from staff.access_log.chain import exported_seals, last_seal
from staff.access_log.verifying import Damage, NoAnchorError, differs_from_anchor, find_damage
from staff.models import AccessLine, AccessSeal

SENTENCES = {
    "changed": gettext_lazy("line %(line)s was changed after seal %(seal)s"),
    "removed": gettext_lazy("line %(line)s of seal %(seal)s was removed"),
    "added": gettext_lazy("line %(line)s was put between the lines of seal %(seal)s afterwards"),
    "month": gettext_lazy("line %(line)s is not of the month that seal %(seal)s names"),
    "seal": gettext_lazy("seal %(seal)s does not fit what it seals"),
    "chain": gettext_lazy("seal %(seal)s does not follow the seal before it"),
    "certificate": gettext_lazy("the certificate of %(month)s does not excuse what was removed"),
    "export": gettext_lazy("seal %(seal)s is not the one that was kept elsewhere"),
    "missing": gettext_lazy("seal %(seal)s, which was kept elsewhere, was removed with what followed it"),
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
            "--against",
            type=Path,
            metavar="FILE",
            help=_(
                "compare with what was kept elsewhere: an export, a manifest, or an answer of /health/ready/"
            ),
        )

    def handle(self, *, export: Path | None, against: Path | None, **options: Any) -> None:  # noqa: ARG002
        damage = list(self._damage(against))
        for found in damage:
            words = {"line": found.line, "seal": found.seal, "month": found.month}
            self.stdout.write(SENTENCES[found.kind] % words)
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
        self.stdout.write(_("Last seal: %(seal)s") % {"seal": last_seal() or "–"})

    def _damage(self, against: Path | None) -> Iterator[Damage]:
        if against:
            with disk_in_words():
                yield from self._differences(against)
        yield from find_damage()

    def _differences(self, against: Path) -> Iterator[Damage]:
        try:
            yield from differs_from_anchor(against.read_text(encoding="utf-8"))
        except (NoAnchorError, JSONDecodeError, UnicodeDecodeError) as error:
            raise CommandError(
                _("%(file)s holds no seal, so nothing was compared.") % {"file": against}
            ) from error


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

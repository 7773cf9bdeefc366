"""The translation catalogues: compiled at set-up, tidied after merges. Works without GNU gettext.

Usage: python -m ipsplatform.tooling.translations compile | tidy
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib

BASE_DIR = Path(__file__).resolve().parent.parent.parent
WIDTH = 110


def catalogues() -> list[Path]:
    return sorted((BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"))


def compile_all() -> list[Path]:
    """Write the .mo file of every catalogue that is newer than it."""
    written = []
    for source in catalogues():
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            polib.pofile(str(source), check_for_duplicates=False).save_as_mofile(str(target))
            written.append(target)
    return written


def tidy(source: Path, found: list[polib.POEntry]) -> tuple[int, int]:
    """Sort a catalogue, join entries that a merge doubled, add found texts. Nothing translated is lost."""
    old = polib.pofile(str(source), wrapwidth=WIDTH)
    entries: dict[tuple[str | None, str], polib.POEntry] = {}
    for entry in [*(entry for entry in old if not entry.obsolete), *found]:
        key = (entry.msgctxt, entry.msgid)
        if "fuzzy" in entry.flags:  # a guess of gettext: worse than no translation
            continue
        if key not in entries or (entry.translated() and not entries[key].translated()):
            entries[key] = entry
    new = polib.POFile(wrapwidth=WIDTH)
    new.metadata, new.header = old.metadata, old.header
    for _, entry in sorted(
        entries.items(), key=lambda item: (item[0][1].casefold(), item[0][1], item[0][0] or "")
    ):
        entry.occurrences = []  # line numbers would make every merge a conflict
        new.append(entry)
    new.save(str(source))
    untranslated = [entry for entry in new if not entry.translated()]
    return len(new), len(untranslated)


def translated_twice(source: Path) -> list[str]:
    """The texts that a merge left with two different translations: a human chooses."""
    chosen: dict[tuple[str | None, str], str] = {}
    entries = [entry for entry in polib.pofile(str(source)) if entry.translated()]
    return [
        entry.msgid
        for entry in entries
        if chosen.setdefault((entry.msgctxt, entry.msgid), entry.msgstr) != entry.msgstr
    ]


def found_in_sources() -> list[polib.POEntry]:
    """Every text in the code and the templates, with GNU gettext; nothing without it."""
    if shutil.which("xgettext") is None:
        return []
    before = {path: path.read_bytes() for path in catalogues()}
    template = BASE_DIR / "locale/django.pot"
    ignored = [
        f"--ignore={name}" for name in (".venv", "node_modules", ".local", "staticfiles", "tests", "docs")
    ]
    command = [sys.executable, "manage.py", "makemessages", "--locale=nl", "--keep-pot", *ignored]
    try:
        subprocess.run(command, cwd=BASE_DIR, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (our own manage.py)
        return [_empty(entry) for entry in polib.pofile(str(template))]
    finally:
        template.unlink(missing_ok=True)
        for path, content in before.items():
            path.write_bytes(content)


def _empty(entry: polib.POEntry) -> polib.POEntry:
    flags = [flag for flag in entry.flags if re.search("format", flag)]
    return polib.POEntry(
        msgid=entry.msgid, msgid_plural=entry.msgid_plural, msgctxt=entry.msgctxt, flags=flags,
        msgstr_plural={0: "", 1: ""} if entry.msgid_plural else {},
    )  # fmt: skip


def main(arguments: list[str]) -> None:
    match arguments:
        case ["compile"]:
            compile_all()
        case ["tidy"]:
            for source in catalogues():
                for msgid in translated_twice(source):
                    sys.stdout.write(
                        f"{source.parent.parent.name}: two translations, the first stays: {msgid}\n"
                    )
                tidy(source, [])  # GNU gettext refuses a catalogue with doubles
            found = found_in_sources()
            for source in catalogues():
                total, untranslated = tidy(source, found if "nl" in source.parts else [])
                sys.stdout.write(
                    f"{source.relative_to(BASE_DIR)}: {total} texts, {untranslated} untranslated\n"
                )
        case _:
            sys.exit("usage: python -m ipsplatform.tooling.translations compile | tidy")


if __name__ == "__main__":
    main(sys.argv[1:])

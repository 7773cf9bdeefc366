"""Dutch is complete: every text has a translation that fits its place."""

import polib
import pytest
from django.conf import settings

from tests.project.texts import Text, placeholders, texts_in_code, texts_in_templates

# Dutch names the row and needs no article, and does not put a plural together from pieces.
WITHOUT_ALL = ("The {name} “{obj}”", "{0} task{1}")
CATALOGUE = settings.BASE_DIR / "locale/nl/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def dutch() -> dict[tuple[str, str], polib.POEntry]:
    entries = polib.pofile(str(CATALOGUE), check_for_duplicates=False)
    return {(entry.msgctxt or "", entry.msgid): entry for entry in entries if not entry.obsolete}


@pytest.mark.parametrize("texts", [texts_in_code, texts_in_templates], ids=["code", "templates"])
def test_every_text_has_a_dutch_translation(dutch, texts):
    found = texts()
    assert found, "no texts found: the search is broken"
    missing = [f"{place}: {text}" for text, place in found.items() if not _is_translated(dutch, text)]
    assert not missing, "\n".join(missing)


def test_no_translation_is_a_guess(dutch):
    assert [entry.msgid for entry in dutch.values() if "fuzzy" in entry.flags] == []


def test_placeholders_survive_translation(dutch):
    wrong = [
        entry.msgid
        for entry in dutch.values()
        if not entry.msgid.startswith(WITHOUT_ALL)
        for translation in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if placeholders(translation) - placeholders(entry.msgid) - placeholders(entry.msgid_plural)
        or placeholders(entry.msgid_plural or entry.msgid) - placeholders(translation)
    ]
    assert wrong == []


@pytest.mark.parametrize("word", ["caseload", "client file"])
def test_the_search_for_texts_finds_what_is_not_translated(dutch, word):
    assert not _is_translated(dutch, Text(f"a text about a {word} that nobody wrote"))


def _is_translated(dutch: dict, text: Text) -> bool:
    entry = dutch.get((text.context, text.msgid))
    if entry is None:
        return False
    if not text.plural:
        return bool(entry.msgstr or any(entry.msgstr_plural.values()))
    return entry.msgid_plural == text.plural and all(entry.msgstr_plural.get(form) for form in (0, 1))

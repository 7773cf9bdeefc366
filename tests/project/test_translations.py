"""The catalogue survives merges: doubled entries are joined, no translation is lost."""

from pathlib import Path

import polib
import pytest

from ipsplatform.tooling import translations

MERGED = """
msgid ""
msgstr ""
"Language: nl\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Team"
msgstr "Team"

msgid "Client"
msgstr ""

#: clients/models/client.py:12
msgid "Client"
msgstr "Cliënt"

#, fuzzy
msgid "Clients"
msgstr "Cliënt"

msgid "Client"
msgstr "Klant"

msgid "%(count)s client"
msgid_plural "%(count)s clients"
msgstr[0] "%(count)s cliënt"
msgstr[1] "%(count)s cliënten"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "django.po"
    path.write_text(MERGED)
    return path


def test_doubles_are_joined_guesses_dropped_and_the_rest_sorted(catalogue):
    translations.tidy(catalogue, [])
    tidied = polib.pofile(str(catalogue), check_for_duplicates=True)
    assert [(entry.msgid, entry.msgstr) for entry in tidied] == [
        ("%(count)s client", ""),
        ("Client", "Cliënt"),
        ("Team", "Team"),
    ]
    assert tidied.find("%(count)s client").msgstr_plural == {0: "%(count)s cliënt", 1: "%(count)s cliënten"}
    assert tidied.metadata["Language"] == "nl"
    assert "client.py" not in catalogue.read_text()


def test_two_translations_of_one_text_are_named(catalogue):
    assert translations.translated_twice(catalogue) == ["Client"]


def test_found_texts_are_added_and_counted_as_untranslated(catalogue):
    found = [polib.POEntry(msgid="Client"), polib.POEntry(msgid="Journey")]
    assert translations.tidy(catalogue, found) == (4, 1)
    assert polib.pofile(str(catalogue)).find("Client").msgstr == "Cliënt"


def test_tidying_twice_changes_nothing(catalogue):
    translations.tidy(catalogue, [])
    once = catalogue.read_text()
    translations.tidy(catalogue, [])
    assert catalogue.read_text() == once


def test_compiled_catalogue_is_written_when_the_text_is_newer(tmp_path, monkeypatch):
    folder = tmp_path / "locale/nl/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(MERGED)
    monkeypatch.setattr(translations, "BASE_DIR", tmp_path)
    assert translations.compile_all() == [folder / "django.mo"]
    assert polib.mofile(str(folder / "django.mo")).find("Team").msgstr == "Team"
    assert translations.compile_all() == []

"""The catalogue survives merges: doubled entries are joined, no translation is lost."""

import shutil
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command

from ipsplatform.tooling import translations

MERGED = """
msgid ""
msgstr ""
"Language: nl\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Team"
msgstr "Team"

msgid "Client"
msgstr ""

#: clients/models/client.py:12
msgid "Client"
msgstr "Cliënt"

msgid "Team"
msgstr "Team"

msgid "client of another package"
msgstr "cliënt van elders"

msgid "%(count)s client"
msgid_plural "%(count)s clients"
msgstr[0] "%(count)s cliënt"
msgstr[1] "%(count)s cliënten"
"""
CODE = """
_("Clients")
_("Client")
_("Team")
"""
needs_gettext = pytest.mark.skipif(shutil.which("msgmerge") is None, reason="GNU gettext is not installed")


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch, settings) -> Path:
    """The catalogue of a project of one file."""
    path = tmp_path / "locale/nl/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    path.write_text(MERGED)
    (tmp_path / "texts.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return path


def make_messages() -> None:
    call_command("makemessages", locale=["nl"], verbosity=0)


@needs_gettext
def test_doubles_are_joined_new_texts_added_nothing_translated_is_lost_and_all_is_sorted(catalogue):
    make_messages()
    made = polib.pofile(str(catalogue), check_for_duplicates=True)
    assert [(entry.msgid, entry.msgstr, entry.obsolete, entry.fuzzy) for entry in made] == [
        ("%(count)s client", "", False, False),
        ("Client", "Cliënt", False, False),
        ("client of another package", "cliënt van elders", False, False),
        ("Clients", "", False, False),
        ("Team", "Team", False, False),
    ]
    assert made.find("%(count)s client").msgstr_plural == {0: "%(count)s cliënt", 1: "%(count)s cliënten"}
    assert made.metadata["Language"] == "nl"


@needs_gettext
def test_nothing_that_changes_by_itself_is_kept(catalogue):
    make_messages()
    once = catalogue.read_text()
    assert not [noise for noise in (".py:", "POT-Creation-Date") if noise in once]
    make_messages()
    assert catalogue.read_text() == once


@needs_gettext
def test_two_translations_of_one_text_wait_for_a_human(catalogue):
    catalogue.write_text(f'{MERGED}\nmsgid "Client"\nmsgstr "Klant"\n')
    make_messages()
    unsure = polib.pofile(str(catalogue)).fuzzy_entries()
    assert [entry.msgid for entry in unsure] == ["Client"]
    assert "Klant" in unsure[0].msgstr
    assert "Cliënt" in unsure[0].msgstr


@needs_gettext
def test_catalogue_that_cannot_be_read_is_refused(catalogue):
    catalogue.write_text(f"{MERGED}\n<<<<<<< a branch\n")
    with pytest.raises(CommandError, match="keyword"):
        make_messages()
    assert "<<<<<<<" in catalogue.read_text()


def test_without_gettext_it_says_what_is_missing(catalogue, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommandError, match="GNU gettext"):
        make_messages()
    assert catalogue.read_text() == MERGED


def test_compiled_catalogue_is_written_when_the_text_is_newer(catalogue):
    compiled = catalogue.with_suffix(".mo")
    assert translations.compile_all(catalogue.parents[2]) == [compiled]
    assert polib.mofile(str(compiled)).find("Team").msgstr == "Team"
    assert translations.compile_all(catalogue.parents[2]) == []

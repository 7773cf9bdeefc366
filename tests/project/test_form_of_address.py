"""The product says "je" to everybody, also where the words come from a package."""

import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils.translation import gettext as plain
from django.utils.translation import ngettext as plural
from django.utils.translation import npgettext, override, pgettext

FORMAL = re.compile(r"(?<![.\w])(u|uw|uzelf)(?![.\w])", re.IGNORECASE)
PACKAGES = [Path(django.__file__).parent / "conf", *(Path(app.path) for app in apps.get_app_configs())]


def catalogues(name: str) -> Iterator[polib.POEntry]:
    """Every Dutch text of a package, of the domain `name`; our own catalogue is the last one."""
    files = [path for folder in PACKAGES for path in (folder / "locale/nl/LC_MESSAGES").glob(f"{name}.po")]
    for path in [*files, *settings.LOCALE_PATHS[0].glob(f"nl/LC_MESSAGES/{name}.po")]:
        yield from (entry for entry in polib.pofile(str(path)) if not entry.obsolete)


def said(entry: polib.POEntry) -> list[str]:
    """What a Dutch reader sees of this text: our catalogue goes before that of its package."""
    with override("nl"):
        if entry.msgid_plural and entry.msgctxt:
            return [npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, number) for number in (1, 2)]
        if entry.msgid_plural:
            return [plural(entry.msgid, entry.msgid_plural, number) for number in (1, 2)]
        return [pgettext(entry.msgctxt, entry.msgid) if entry.msgctxt else plain(entry.msgid)]


def test_no_text_says_u():
    found = {text for entry in catalogues("django") for text in said(entry) if FORMAL.search(text)}
    assert found == set()


def test_no_text_of_a_script_says_u(admin_scripts):
    assert FORMAL.findall(admin_scripts) == []
    assert "Je hebt iets gewijzigd dat nog niet bewaard is." in admin_scripts


@pytest.fixture
def admin_scripts() -> str:
    """The texts that the administration's scripts get, as a Dutch reader does."""
    url = reverse("admin:jsi18n")
    with override("nl"):
        view = resolve(url).func
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        return view(RequestFactory().get(url)).content.decode()

"""Selectors return data; the words, addresses and icons of a page are in the pages of its room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from trajectories.contacts.pages import LOOKS

ROOT = Path(settings.BASE_DIR)
OURS = ("staff", "clients", "trajectories", "reports")
OF_PAGES = {"django.utils.translation", "ipsplatform.common.day_texts", "ipsplatform.common.page_parts"}
ICON = re.compile(r"""(?:{% icon |icon_name=)["']([a-z0-9-]+)""")
ICONS = {name for path in (ROOT / "templates").rglob("*.html") for name in ICON.findall(path.read_text())}
ICONS |= {look.icon for look in LOOKS.values()}
ICONS -= {"fingerprint"}  # also a column of the monitoring


def selectors() -> list[Path]:
    """Every module of selectors: a file of that name, or one in a folder of that name."""
    paths = [path for app in OURS for path in sorted((ROOT / app).rglob("*.py"))]
    return [path for path in paths if path.stem == "selectors" or path.parent.name == "selectors"]


def words_of_pages(code: str) -> Iterator[str]:
    """What in this code belongs to a page."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in OF_PAGES)
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if _is_of_pages(node.module, alias.name))
        if isinstance(node, ast.Constant) and node.value in ICONS:
            yield node.value
        if isinstance(node, ast.arg | ast.keyword | ast.Name) and "icon" in _name(node).lower():
            yield _name(node)


def _is_of_pages(module: str, name: str) -> bool:
    return (
        module in OF_PAGES
        or f"{module}.{name}" in OF_PAGES
        or "pages" in module.split(".")
        or name.startswith("reverse")
        or name.endswith("_in_words")
    )


def _name(node: ast.arg | ast.keyword | ast.Name) -> str:
    return (node.id if isinstance(node, ast.Name) else node.arg) or ""


def test_selectors_have_no_words_addresses_or_icons():
    found = {str(path.relative_to(ROOT)): set(words_of_pages(path.read_text())) for path in selectors()}
    assert len(found) > 25
    assert len(ICONS) > 20
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "code",
    [
        "from django.utils.translation import gettext as _",
        "from django.utils.translation import ngettext",
        "from django.utils import translation",
        "import django.utils.translation",
        "from django.urls import reverse",
        "from django.urls import reverse_lazy",
        "from ipsplatform.common.day_texts import day_text",
        "from ipsplatform.common.durations import period_in_words",
        "from trajectories.caseload.pages import CaseloadRow",
        "LOOK = {'work': 'briefcase'}",
        "class Line:\n    icon: str",
        "row = Line(icon=kind)",
    ],
)
def test_words_addresses_and_icons_are_found(code):
    assert list(words_of_pages(code))

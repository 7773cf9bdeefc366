"""A text is translated for whoever reads it: not at import, and not once for everybody who comes after."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

OURS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
AT_ONCE = {"gettext", "ngettext", "pgettext", "npgettext"}


def translated_too_early(tree: ast.Module) -> Iterator[int]:
    """Lines that translate at once, while a module is read or in a function whose answer is kept."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in AT_ONCE
    }
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, is_kept = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_kept = any("cache" in ast.unparse(decorator) for decorator in node.decorator_list)
        elif isinstance(node, ast.Lambda):
            is_kept = False
        elif is_kept and isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
            yield node.lineno
        waiting += [(child, is_kept) for child in ast.iter_child_nodes(node)]


def test_no_text_is_translated_before_somebody_reads_it():
    found = [
        (path.name, line)
        for app in OURS
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py"))
        for line in translated_too_early(ast.parse(path.read_text()))
    ]
    assert found == []


def test_a_text_translated_too_early_is_found():
    source = """
from django.utils.translation import gettext as _, gettext_lazy
FINE = gettext_lazy("later")
EARLY = _("at import")
def fine(): return _("now")
@cache
def kept(): return _("the first reader's")
"""
    assert sorted(translated_too_early(ast.parse(source))) == [4, 7]

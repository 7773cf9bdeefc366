"""A page holds random tokens (of its forms, of its policy): a short text stands in one now and then."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.project.test_tests_assert import TESTS, Function

RAW = ".content.decode("
SHORT = re.compile(r"\w{1,4}")  # four of 62 signs: once in some fifty thousand pages; two: once in fifteen


def by_chance(source: str) -> Iterator[str]:
    """The lines that deny a short text in a whole page, tokens and all: `strip_tags` leaves them out."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    raw_helpers = {node.name for node in functions if any(_is_raw(part, set()) for part in _returned(node))}
    for function in functions:
        raw_names = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and _is_raw(node.value, raw_helpers)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn):
                page = node.comparators[0]
                named = isinstance(page, ast.Name) and page.id in raw_names
                if _is_short(node.left) and (named or _is_raw(page, raw_helpers)):
                    yield f"{node.lineno}: {ast.unparse(node)}"


def _returned(function: Function) -> Iterator[ast.expr]:
    return (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value)


def _is_raw(node: ast.expr, raw_helpers: set[str]) -> bool:
    text = ast.unparse(node)
    if "strip_tags(" in text:
        return False
    return text.endswith(f"{RAW})") or any(text.startswith(f"{name}(") for name in raw_helpers)


def _is_short(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SHORT.fullmatch(node.value))
    )


def test_no_test_hangs_on_a_random_token():
    assert [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        for line in by_chance(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('assert "K1" not in client.get("/").content.decode()', 1),
        ('page = client.get("/").content.decode()\n    assert "1030" not in page', 1),
        ('assert "K1" not in helper()', 1),
        ('assert "Zwanenberg" not in client.get("/").content.decode()', 0),
        ('assert "K1" not in strip_tags(client.get("/").content.decode())', 0),
    ],
)
def test_a_short_text_in_a_whole_page_is_found(line, found):
    source = (
        f"def helper():\n    return client.get('/').content.decode()\n\n\ndef test_it(client):\n    {line}\n"
    )
    assert len(list(by_chance(source))) == found

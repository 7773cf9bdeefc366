"""A function fits on a screen: thirty lines from `def` to its last, signature and docstring included."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

OURS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
MOST = 30


def functions() -> Iterator[tuple[str, int]]:
    """Each function with its length; what Django or somebody else generates is not written by hand."""
    for app in OURS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    name = f"{path.relative_to(settings.BASE_DIR)}: {node.name}"
                    yield name, node.end_lineno - node.lineno + 1


def test_no_function_is_longer_than_a_screen():
    found = list(functions())
    assert len(found) > 1000
    assert [(name, lines) for name, lines in found if lines > MOST] == []

"""A test says what it expects: it asserts, and it does not end in an action that nobody looks at."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

TESTS = Path(settings.BASE_DIR) / "tests"
# Of pytest, Playwright and the harness: these fail when what is expected does not hold.
ASSERTING = {"raises", "warns", "fail", "expect", "count_queries"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Helper = tuple[str, str]  # module and name


class Module:
    """A file of tests: its functions, and what its names mean."""

    def __init__(self, name: str, source: str) -> None:
        self.name, tree = name, ast.parse(source)
        inner = {node.name: node for node in ast.walk(tree) if isinstance(node, Function)}
        self.functions = inner | {node.name: node for node in tree.body if isinstance(node, Function)}
        self.names: dict[str, Helper] = {own: (name, own) for own in self.functions}
        self.modules: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
                for alias in node.names:
                    self.names[alias.asname or alias.name] = (node.module, alias.name)
                    self.modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def called(self, node: ast.AST) -> Iterator[Helper]:
        """The helpers that `node` calls; ("", name) is pytest's, Playwright's or a fixture's."""
        for call in (part.func for part in ast.walk(node) if isinstance(part, ast.Call)):
            if isinstance(call, ast.Name):
                yield self.names.get(call.id, ("", call.id))
            elif isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name):
                yield self.modules.get(call.value.id, ""), call.attr

    def asserts(self, node: ast.AST, helpers: set[Helper]) -> bool:
        return any(isinstance(part, ast.Assert) for part in ast.walk(node)) or bool(
            set(self.called(node)) & helpers
        )


def asserting_helpers(modules: Iterable[Module]) -> set[Helper]:
    """Functions that assert, in so many words or by calling another one that does."""
    helpers = {("", name) for name in ASSERTING}
    everything = [(module, name, node) for module in modules for name, node in module.functions.items()]
    while (
        found := {
            helper
            for module, name, node in everything
            if module.asserts(node, helpers)
            for helper in ((module.name, name), ("", name) if _is_fixture(node) else (module.name, name))
        }
        - helpers
    ):
        helpers |= found
    return helpers


def _is_fixture(node: Function) -> bool:
    """A test calls a fixture by the name of its argument, whichever file it comes from."""
    return any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)


def problems(module: Module, helpers: set[Helper]) -> Iterator[str]:
    """The tests of a file that assert nothing, or go on after they did."""
    for name, node in module.functions.items():
        if not name.startswith("test_"):
            continue
        if not any(module.asserts(statement, helpers) for statement in node.body):
            yield f"{module.name}: {name} asserts nothing"
        elif _ends_in_an_action(node.body, module, helpers):
            yield f"{module.name}: {name} ends in an action"


def _ends_in_an_action(body: list[ast.stmt], module: Module, helpers: set[Helper]) -> bool:
    """Whether the last statement is a call that asserts nothing; `with` and `for` are looked into."""
    last = body[-1]
    if isinstance(last, ast.With) and any(module.asserts(item, helpers) for item in last.items):
        return False
    if isinstance(last, ast.With | ast.For | ast.Try):
        return _ends_in_an_action(last.body, module, helpers)
    return (
        isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and not module.asserts(last, helpers)
    )


def all_modules() -> list[Module]:
    return [
        Module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts), path.read_text())
        for path in sorted(TESTS.rglob("*.py"))
    ]


def test_every_test_ends_in_what_it_expects():
    modules = all_modules()
    helpers = asserting_helpers(modules)
    assert [problem for module in modules for problem in problems(module, helpers)] == []


def test_a_test_without_an_expectation_is_found():
    source = """
def holds(row): assert row
def test_nothing(): act()
def test_goes_on():
    assert act()
    act()
def test_goes_on_inside():
    assert act()
    with somewhere():
        act()
def test_asserts(): assert act()
def test_asks_a_helper(): holds(act())
def test_is_refused():
    with pytest.raises(ValueError):
        act()
"""
    module = Module("tests.sample", source)
    assert list(problems(module, asserting_helpers([module]))) == [
        "tests.sample: test_nothing asserts nothing",
        "tests.sample: test_goes_on ends in an action",
        "tests.sample: test_goes_on_inside ends in an action",
    ]

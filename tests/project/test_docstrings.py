"""Public functions say what they give and what they raise, in plain English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

APPS = ("staff", "clients", "trajectories", "reports", "ipsplatform")
LAYERS = re.compile(
    r"/(services|selectors)(/|\.py$)|/permissions\.py$|^reports/indicators/|^ipsplatform/common/"
)
FEWEST = 3
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def faults(tree: ast.Module) -> Iterator[str]:
    """What is missing in the docstrings of a module: `name: what`."""
    for name, node in _public(tree.body):
        docstring = ast.get_docstring(node) or ""
        if len(_words(docstring) - _words(name)) < FEWEST:
            yield f"{name}: says no more than its name"
        if not isinstance(node, ast.ClassDef):
            yield from (
                f"{name}: raises {error}" for error in sorted(_raised(node)) if error not in docstring
            )


def _public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, FUNCTION | ast.ClassDef]]:
    """Functions, classes and their methods; nothing that stands in a function or in a class of a class."""
    for node in body:
        if not isinstance(node, FUNCTION | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            if not prefix:
                yield node.name, node
                yield from _public(node.body, f"{node.name}.")
        else:
            yield f"{prefix}{node.name}", node


def _words(text: str) -> set[str]:
    """The words of a sentence, or of a name such as `JobLine.is_open`, in lower case."""
    return set(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text).lower()))


def _raised(function: FUNCTION) -> set[str]:
    """Names of the errors that the function raises itself, not those of a function inside it."""
    waiting, found = list(function.body), set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTION | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = error.attr if isinstance(error, ast.Attribute) else ast.unparse(error)
            found.add(name)
        waiting += ast.iter_child_nodes(node)
    return found


def test_every_public_function_says_what_it_gives_and_what_it_raises():
    base = Path(settings.BASE_DIR)
    paths = [
        (path, path.relative_to(base).as_posix())
        for app in APPS
        for path in sorted((base / app).rglob("*.py"))
        if LAYERS.search(path.relative_to(base).as_posix())
    ]
    assert len(paths) > 80, "the search for modules is broken"
    found = [f"{place}: {fault}" for path, place in paths for fault in faults(ast.parse(path.read_text()))]
    assert found == [], "\n".join(found)


def test_a_docstring_that_says_too_little_is_found():
    source = '''
class Line:
    """One row of the caseload."""
    class Meta: pass
    @property
    def is_open(self):
        """Is open."""
    def _helper(self): pass
def end_trajectory():
    """Close an open trajectory on a day."""
    def inner(): raise KeyError
    raise RuleError("ended")
def refuse():
    """Refuse what the rule forbids; raises RuleError."""
    raise errors.RuleError
async def bare(): raise
'''
    assert list(faults(ast.parse(source))) == [
        "Line.is_open: says no more than its name",
        "end_trajectory: raises RuleError",
        "bare: says no more than its name",
    ]


# Translated Dutch that makes a reader stop, and what an English text says.
TRANSLATED = {
    r"\bthe own\b": "their own, one's own",
    r"\bup to and with\b": "through, up to and including",
    r"\bstands? in for\b|\bstand-in\b": "replaces, fallback, placeholder",
    r"\bstands? (for|by) (itself|themselves)\b": "independent",
    r"\bheart beat\b|\bsign of life\b": "heartbeat",
    r"\bcontrol of access\b": "access review",
    r"\b(for|to) who\b": "for those who, for anyone who",
    r"\b[Tt]wice (is once|does nothing)\b|\bAsking twice is\b|\bPressed twice\b": "idempotent",
    r"\b[Mm]end(s|ed)?\b": "fix",
    r"; how many\b": "returns how many",
    r"\b[Mm]a(k|d)e up for\b": "recover from, catch up on",
    r"\bthousand million\b": "billion",
    r"\bin the language of now\b": "in the current language",
    r"\b(broken|breaks|broke) off\b": "interrupted, aborted",
    r"\btaken? away\b": "remove",
    r"\b[Ww]hat stood there\b": "the earlier version, the earlier values",
    r"\b(end|begin|start)s? with today\b": "today is the last day, ends today",
    r"\b(of|from) (before|after)[,.;:)]": "older, earlier, later",
    r"\blies? (before|after|more than|too far)\b": "is before, is after",
    r"\bwhole it stands\b|\bhow (it|somebody) stands to\b": "the full number is; its relation to",
    r"\bin hand\b": "started, being handled",
}
# Names of earlier versions that have to be spelled as they were.
AS_THEY_WERE = ("retired_tasks.py",)


def translated_dutch(text: str) -> list[str]:
    """Each phrase found, with what to write instead."""
    flat = re.sub(r"\s+", " ", text)
    return [
        f"{match.group()!r}: write {instead}"
        for phrase, instead in TRANSLATED.items()
        for match in re.finditer(phrase, flat)
    ]


def prose() -> Iterator[tuple[str, str]]:
    """Everything in English in the product: code, with its comments and texts, templates and documents."""
    base = Path(settings.BASE_DIR)
    folders = [*APPS, "templates", "docs"]
    paths = [path for folder in folders for path in sorted((base / folder).rglob("*"))]
    for path in [*paths, *sorted(base.glob("*.md"))]:
        is_read = path.suffix in {".py", ".html", ".md"} and "node_modules" not in path.parts
        if is_read and path.name not in AS_THEY_WERE:
            yield path.relative_to(base).as_posix(), path.read_text(encoding="utf-8")


def test_no_text_is_translated_dutch():
    texts = list(prose())
    assert len(texts) > 500, "the search for texts is broken"
    found = [f"{place}: {phrase}" for place, text in texts for phrase in translated_dutch(text)]
    assert found == [], "\n".join(found)


def test_translated_dutch_is_found():
    assert translated_dutch("Monday up to and\n    with Sunday, for the own teams; how many. Mend it.") == [
        "'the own': write their own, one's own",
        "'up to and with': write through, up to and including",
        "'Mend': write fix",
        "'; how many': write returns how many",
    ]
    assert translated_dutch("It recommends your own teams to whom it may concern; returns how many.") == []

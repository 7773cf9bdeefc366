"""Every text for people in the code and the templates, found without GNU gettext."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

APPS = ("ipsplatform", "staff", "clients", "trajectories", "reports")
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL_WITH_CONTEXT = {"npgettext", "npgettext_lazy"}
LITERAL = r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*"""
# What templatize() makes of a template: calls of gettext between rows of X.
CALLS = [
    (re.compile(rf"\bnpgettext\({LITERAL},{LITERAL},{LITERAL},"), "context text plural"),
    (re.compile(rf"\bpgettext\({LITERAL},{LITERAL}\)"), "context text"),
    (re.compile(rf"\bngettext\({LITERAL},{LITERAL},"), "text plural"),
    (re.compile(rf"(?<![a-z])(?:gettext|_)\({LITERAL}\)"), "text"),
]


@dataclass(frozen=True, order=True)
class Text:
    msgid: str
    plural: str = ""
    context: str = ""


def texts_in_code() -> dict[Text, str]:
    """Each text with the first place where it stands."""
    found: dict[Text, str] = {}
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                for text in _in_python(path):
                    found.setdefault(text, str(path.relative_to(settings.BASE_DIR)))
    return found


def texts_in_templates() -> dict[Text, str]:
    found: dict[Text, str] = {}
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        for text in _in_template(path):
            found.setdefault(text, str(path.relative_to(settings.BASE_DIR)))
    return found


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]|\{(\w*)\}", text))


def _in_python(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        words = [argument.value for argument in node.args if _is_text(argument)]
        if name in SINGULAR and words:
            yield Text(words[0])
        elif name in PLURAL and len(words) > 1:
            yield Text(words[0], words[1])
        elif name in WITH_CONTEXT and len(words) > 1:
            yield Text(words[1], "", words[0])
        elif name in PLURAL_WITH_CONTEXT and len(words) > 2:
            yield Text(words[1], words[2], words[0])


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _in_template(path: Path) -> Iterator[Text]:
    source = templatize(path.read_text(encoding="utf-8"), origin=path.name)
    for pattern, names in CALLS:
        for match in pattern.finditer(source):
            values = dict(zip(names.split(), map(ast.literal_eval, match.groups()), strict=True))
            yield Text(values["text"], values.get("plural", ""), values.get("context", ""))
        source = pattern.sub("", source)

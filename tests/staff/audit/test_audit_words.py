"""Every change has a name in words in the log."""

import ast

from django.conf import settings

from staff.audit.words import WORDS, words_of

APPS = ("staff", "clients", "trajectories", "reports", "ipsplatform")


def recorded_actions() -> set[str]:
    """The actions that the code records, read from the code itself."""
    files = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    return {
        keyword.value.value
        for call in calls
        if isinstance(call, ast.Call) and _name(call) not in ("add_argument", "rate_limit")
        for keyword in call.keywords
        if keyword.arg == "action" and isinstance(keyword.value, ast.Constant)
    }


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def test_every_recorded_action_has_words_and_no_words_are_left_over():
    assert recorded_actions() == set(WORDS)


def test_unknown_action_stands_as_it_was_written():
    assert words_of("something_older") == "something_older"

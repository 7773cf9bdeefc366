"""The evidence of docs/evidence.md: which test shows which point of security, read from the tests themselves.

A test, or a whole file through `pytestmark`, says `@pytest.mark.shows(5, 9)`; a program that is no test
(`make faults`, `make drill`) says `SHOWS = (17,)` at its top. Usage: python -m tests.evidence
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TARGET = TESTS.parent / "docs/evidence.md"
POINTS = {
    1: "Closed unless opened: every page asks for a sign-in, but for a short list of public addresses.",
    2: "Signing in: password, authenticator app, passkey, recovery codes, the organisation's own sign-in; a "
    "second factor for staff; limits on attempts; sessions end; a closed account is out at the next request.",
    3: "One rule decides who sees which client, behind lists, search, counts, exports and "
    "the administration.",
    4: "Emergency access: one client, a reason, at most eight hours, told at once, judged afterwards.",
    5: "Access log: every look, change, export and refusal leaves a line; without the line no page.",
    6: "Change history is kept by the database itself, also of bulk changes and raw statements.",
    7: "The application can't alter its log or history; sealed lines show what somebody else altered.",
    8: "Access is reviewed every week by rule; a review that waits too long raises an alarm.",
    9: "The client can see who looked, when and why.",
    10: "Consent and ground for sharing; an employer hears nothing without the client's recorded choice.",
    11: "Every field has a class, which decides where it may appear.",
    12: "The citizen service number: off unless chosen, apart, encrypted, each look is logged.",
    13: "Kept no longer than a regime allows; destroyed after approval by a person, also after a restore.",
    14: "The client can take everything along, to read and as data, without what is about others.",
    15: "Small numbers stay inside the team, and can't be worked out from what is shown.",
    16: "Background work is done once: with a killed worker, two schedulers, or a broker that is away.",
    17: "What was confirmed is there after a crash, whole; changes of the tables take turns.",
    18: "Backup and restore, tried, compared and timed.",
    19: "Bad input gets an answer and does no harm, in forms, addresses, files and spreadsheets.",
    20: "Headers, and an address that tells whether all is well.",
}
HEAD = """# Evidence

For the security officer: which test shows which point. Made from the tests by `python -m tests.evidence`;
a test fails when this page is behind. They run with `make test`; `tests/faults` with `make faults` and
`tests/drill` with `make drill`.

| | what must hold | shown by |
|---|---|---|
"""


def main() -> None:
    TARGET.write_text(page(), encoding="utf-8")
    print(f"{TARGET.relative_to(TESTS.parent)}: {len(shown())} of {len(POINTS)} points")


def page() -> str:
    found = shown()
    rows = (
        (number, words, [f"`{name}`" for name in found.get(number, [])]) for number, words in POINTS.items()
    )
    return HEAD + "".join(
        f"| {number} | {words} | {'<br>'.join(names) or 'not yet'} |\n" for number, words, names in rows
    )


def shown() -> dict[int, list[str]]:
    """For each point the files and the tests that say that they show it."""
    found: dict[int, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("*.py")):
        for name, numbers in _claims(path):
            for number in numbers:
                found[number].add(name)
    return {number: sorted(found[number]) for number in sorted(found)}


def _claims(path: Path) -> Iterator[tuple[str, list[int]]]:
    name = path.relative_to(TESTS.parent).as_posix()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "pytestmark":
            yield name, _numbers(node.value)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "SHOWS":
            yield name, list(ast.literal_eval(node.value))
        elif isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                yield f"{name}::{node.name}", _numbers(decorator)


def _numbers(mark: ast.expr) -> list[int]:
    """The arguments of every `pytest.mark.shows(...)` in an expression."""
    calls = (node for node in ast.walk(mark) if isinstance(node, ast.Call))
    marks = (call for call in calls if getattr(call.func, "attr", "") == "shows")
    return [ast.literal_eval(argument) for call in marks for argument in call.args]


if __name__ == "__main__":
    main()

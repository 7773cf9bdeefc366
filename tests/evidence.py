"""The evidence of docs/evidence.md: which test shows which point of security, read from the tests themselves.

A test, or a whole file through `pytestmark`, says `@pytest.mark.shows(5, 9)`; a program that is no test
(`make faults`, `make drill`, `make compose-check`) says `SHOWS = (17,)` at its top.
Usage: python -m tests.evidence
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
    21: "The administration offers its own filters and nothing else: no page of it answers a guess.",
    22: "The way in works in production: invitation, password, second factor, a new password, a lost factor.",
    23: "What protects can't be switched off unseen, by a click or by a process that stopped.",
    24: "Session keys and tokens are stored hashed; process logs hold no query, token, referrer or name.",
    25: "No answer tells whether somebody is known here.",
    26: "A limit can't be turned against the people it protects.",
    27: "The log tells what was refused, failed or stopped too; no content of a client without a line that "
    "names the client.",
    28: "A page about a client that nobody declared is not shown.",
    29: "Evidence of destruction and sealing is part of the chain; a missing tail is noticed.",
    30: "Numbers outside the team are judged over everything that a reader can get.",
}
# Controls of NEN 7510-2:2024, which follows ISO/IEC 27002:2022, as does the BIO2. The words are ours.
CONTROLS: dict[str, tuple[str, tuple[int, ...]]] = {
    "5.3": ("separated duties", (1, 2, 7, 13, 23)),
    "5.15": ("who may reach what", (1, 3)),
    "5.16–5.18": ("people, ways to sign in, rights and their review", (2, 8, 22)),
    "5.24–5.28": ("incidents: noticed, judged, with evidence", (4, 7, 8, 29)),
    "5.29, 5.30": ("going on after a disruption", (16, 17, 18)),
    "5.33": ("records that nobody changes", (5, 6, 7, 29)),
    "5.34": ("privacy: the client's rights, and what may be shared", (9, 10, 14, 15, 30)),
    "8.2, 8.3": ("privileges, and what each role sees", (1, 3, 7, 21)),
    "8.5": ("signing in safely", (2, 22, 25, 26)),
    "8.9": ("a configuration that is checked at the start", (20, 23)),
    "8.10": ("removal at the end of the term", (13,)),
    "8.11": ("masking: the citizen service number, columns by their class", (11, 12)),
    "8.12": ("nothing leaks by a side way", (15, 21, 24, 25, 30)),
    "8.13": ("backups that were restored", (18,)),
    "8.15, 8.16": ("logs of use, and watching them (with NEN 7513)", (4, 5, 8, 27, 28)),
    "8.24": ("cryptography: numbers, backups, keys", (12, 18, 24)),
    "8.25, 8.27–8.29": ("development: each rule of this page is a test", (1, 11, 19, 28)),
    "8.26": ("what the application withstands: input, headers", (19, 20)),
    "8.33": ("copies for testing: people in them are unrecognisable", (11,)),
}
HEAD = """# Evidence

For the security officer: which test shows which point. Made from the tests by `python -m tests.evidence`;
a test fails when this page is behind. They run with `make test`; `tests/faults` with `make faults`,
`tests/drill` with `make drill`, `tests/compose` with `make compose-check`. `.ci/run` runs all of these before
a change lands but `make compose-check`, which takes too long; whoever makes a release runs that one.

| | what must hold | shown by |
|---|---|---|
"""
CONTROLS_HEAD = """
## By control of NEN 7510 and the BIO

The numbers are those of ISO/IEC 27002:2022, which NEN 7510-2:2024 and the BIO2 follow (BIO 1.04 has those
of 2017); the words are ours. What the organisation itself arranges (people, contracts, rooms, hosting) is not
in it: [operations.md](operations.md) and [privacy.md](privacy.md) say what is expected there. Known
weaknesses of packages (8.8) are no test: `make audit` asks for them, and whoever makes a release runs it
([hardening.md](hardening.md#patches)). Clocks (8.17) are those of the server.

| control | what | points above |
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
    points = "".join(
        f"| {number} | {words} | {'<br>'.join(names) or 'not yet'} |\n" for number, words, names in rows
    )
    controls = "".join(
        f"| {number} | {words} | {', '.join(map(str, points_shown))} |\n"
        for number, (words, points_shown) in CONTROLS.items()
    )
    return HEAD + points + CONTROLS_HEAD + controls


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

"""Every decision in docs/adr has the same parts, and the index lists all of them."""

import re

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "docs/adr"
ADRS = sorted(FOLDER.glob("[0-9]*.md"))
HEADINGS = ("Context", "Decision", "Alternatives considered")
DATE = re.compile(r"^Date: (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
STATUS = re.compile(r"^Status: (accepted|superseded by ADR \d+)(?=$|[;,])", re.MULTILINE)
ROW = re.compile(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+) \| ([\d-]+) \| ([^|;]+)[^|]*\|$", re.MULTILINE)
LONGEST_LINE = 100

GOOD = """# 1. One thing

Date: 2026-11-22

Status: accepted

## Context

Why.

## Decision

What.

## Alternatives considered

- Nothing.
"""


def faults_of(text: str) -> list[str]:
    """What a decision lacks."""
    lines = [line for line in text.split("\n") if not line.startswith("|")]
    found = {
        "title": re.match(r"# \d+\. \S", text),
        "date": DATE.search(text),
        "status": STATUS.search(text),
        "line": all(len(line) <= LONGEST_LINE for line in lines),
        **{heading: re.search(rf"^## {heading}\n\n\S", text, re.MULTILINE) for heading in HEADINGS},
    }
    return [part for part, there in found.items() if not there]


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_decision_has_every_part(path):
    text = path.read_text(encoding="utf-8")
    assert faults_of(text) == []
    assert text.startswith(f"# {int(path.name[:4])}. ")


def test_decision_without_a_part_is_found():
    assert faults_of(GOOD) == []
    assert faults_of(GOOD.replace("Date: 2026-11-22", "Date: last week")) == ["date"]
    assert faults_of(GOOD.replace("accepted", "acceptable")) == ["status"]
    assert faults_of(GOOD.replace("What.", "What " * 30)) == ["line"]
    for heading in HEADINGS:
        assert faults_of(GOOD.replace(f"## {heading}", f"**{heading}.**")) == [heading]


def test_index_lists_every_decision_as_its_page_says():
    pages = [(path.name, path.read_text(encoding="utf-8")) for path in ADRS]
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [
        (number, name, title, day, status.strip()) for number, name, title, day, status in ROW.findall(index)
    ] == [
        (*re.match(r"# (\d+)\. ", text).groups(), name, text.split("\n")[0].split(". ", 1)[1], day, status)
        for name, text in pages
        for day, status in [(DATE.search(text)[1], STATUS.search(text)[1])]
    ]


def test_named_decisions_exist():
    numbers = {int(path.name[:4]) for path in ADRS}
    for path in ADRS:
        named = {int(number) for number in re.findall(r"\bADR (\d+)", path.read_text(encoding="utf-8"))}
        assert named <= numbers, path.name

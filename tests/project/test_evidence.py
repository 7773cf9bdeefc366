"""The page of evidence follows the tests."""

import re

from django.conf import settings

from tests.evidence import CONTROLS, POINTS, TARGET, page, shown

# The titles of ISO/IEC 27002:2022, each with a word that our own line about it has.
WORDS = {
    "5.3": "separated",  # Segregation of duties
    "5.15": "who may reach",  # Access control
    "5.16": "people",  # Identity management
    "5.17": "ways to sign in",  # Authentication information
    "5.18": "rights",  # Access rights
    "5.24": "incidents",  # Information security incident management planning and preparation
    "5.25": "judged",  # Assessment and decision on information security events
    "5.26": "incidents",  # Response to information security incidents
    "5.27": "incidents",  # Learning from information security incidents
    "5.28": "evidence",  # Collection of evidence
    "5.29": "disruption",  # Information security during disruption
    "5.30": "going on",  # ICT readiness for business continuity
    "5.33": "records",  # Protection of records
    "5.34": "privacy",  # Privacy and protection of PII
    "8.2": "privileges",  # Privileged access rights
    "8.3": "sees",  # Information access restriction
    "8.5": "signing in",  # Secure authentication
    "8.9": "configuration",  # Configuration management
    "8.10": "removal",  # Information deletion
    "8.11": "masking",  # Data masking
    "8.12": "leaks",  # Data leakage prevention
    "8.13": "backups",  # Information backup
    "8.15": "logs",  # Logging
    "8.16": "watching",  # Monitoring activities
    "8.24": "cryptography",  # Use of cryptography
    "8.25": "development",  # Secure development life cycle
    "8.26": "application",  # Application security requirements
    "8.27": "development",  # Secure system architecture and engineering principles
    "8.28": "development",  # Secure coding
    "8.29": "test",  # Security testing in development and acceptance
    "8.33": "testing",  # Test information
}


def test_page_of_evidence_is_what_the_tests_say():
    assert TARGET.read_text(encoding="utf-8") == page(), "Run: python -m tests.evidence"


def test_every_point_is_shown_and_no_other_is_claimed():
    assert set(shown()) == set(POINTS)


def test_each_control_is_described_by_what_its_title_is_about():
    found = {number: words for numbers, (words, _points) in CONTROLS.items() for number in each(numbers)}
    assert set(found) == set(WORDS)
    assert [number for number, word in WORDS.items() if word not in found[number]] == []


def each(numbers: str) -> list[str]:
    """The controls of a row: `8.25, 8.27–8.29`."""
    found = []
    for part in numbers.split(", "):
        first, _dash, last = part.partition("–")
        chapter, start = first.split(".")
        end = (last or first).split(".")[1]
        found += [f"{chapter}.{number}" for number in range(int(start), int(end) + 1)]
    return found


def test_page_says_what_runs_before_a_change_lands():
    """Every program that claims a point is run there, or the page says that it is not."""
    text = TARGET.read_text(encoding="utf-8")
    run = set(re.findall(r"^make ([a-z-]+)$", (settings.BASE_DIR / ".ci/run").read_text(), re.MULTILINE))
    assert run == {"check", "test", "faults", "drill"}
    named = set(re.findall(r"`make ([a-z-]+)`", text))
    assert named - run == {"compose-check", "audit"}
    assert "a change lands but `make compose-check`" in text

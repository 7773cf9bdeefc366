"""The page of evidence follows the tests."""

from tests.evidence import POINTS, TARGET, page, shown


def test_page_of_evidence_is_what_the_tests_say():
    assert TARGET.read_text(encoding="utf-8") == page(), "Run: python -m tests.evidence"


def test_every_point_is_shown_and_no_other_is_claimed():
    assert set(shown()) == set(POINTS)

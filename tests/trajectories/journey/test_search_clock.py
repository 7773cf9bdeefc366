"""The clock of rapid job search: one table, asked of the caseload and of the picture of the same client.

Days since the enrolment until the first face-to-face contact with an employer for that client; late
after 30 of them, unless a regular job runs (domain.md, section 6).
"""

from datetime import UTC, date, datetime

import pytest

from tests.factories import ContactFactory, JobFactory, TrajectoryFactory
from trajectories.caseload.selectors import caseload_facts
from trajectories.journey.selectors import client_journey, trajectories_of

pytestmark = [pytest.mark.usefixtures("on_monday"), pytest.mark.django_db]

TODAY = date(2026, 3, 2)
ENROLLED = date(2026, 1, 20)  # 41 days ago
RECENTLY = date(2026, 1, 31)  # 30 days ago


def visit(client, day: date, **facts) -> None:
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    ContactFactory(client=client, employer_visit=True, occurred_at=at, **facts)


def nothing(trajectory) -> None:
    """Only the enrolment."""


def running_job(trajectory) -> None:
    JobFactory(trajectory=trajectory, started_on=date(2026, 2, 1))


def job_that_ends_today(trajectory) -> None:
    JobFactory(trajectory=trajectory, started_on=date(2026, 2, 1), ended_on=TODAY)


def ended_job(trajectory) -> None:
    JobFactory(trajectory=trajectory, started_on=date(2026, 2, 1), ended_on=date(2026, 3, 1))


def agreed_job(trajectory) -> None:
    JobFactory(trajectory=trajectory, started_on=date(2026, 3, 9))


def sheltered_job(trajectory) -> None:
    JobFactory(trajectory=trajectory, started_on=date(2026, 2, 1), sheltered=True)


def visit_before_enrolment(trajectory) -> None:
    visit(trajectory.client, date(2026, 1, 19))


def visit_on_day_0(trajectory) -> None:
    visit(trajectory.client, ENROLLED)


def visit_after_18_days(trajectory) -> None:
    visit(trajectory.client, date(2026, 2, 7))


def telephone(trajectory) -> None:
    visit(trajectory.client, date(2026, 2, 7), face_to_face=False)


def perhaps_a_visit(trajectory) -> None:
    visit(trajectory.client, date(2026, 2, 7), face_to_face=None)


def visit_and_ended_job(trajectory) -> None:
    visit_after_18_days(trajectory)
    ended_job(trajectory)


def first_trajectory_with_a_visit(trajectory) -> None:
    TrajectoryFactory(client=trajectory.client, enrolled_on=date(2023, 1, 1), ended=True)
    visit(trajectory.client, date(2023, 2, 1))


def mss_beside_it(trajectory) -> None:
    TrajectoryFactory(client=trajectory.client, enrolled_on=date(2025, 1, 1), mss=True)


def on_the_caseload(client) -> tuple[int | None, bool, bool]:
    (facts,) = caseload_facts([client], TODAY)
    until = facts.first_employer_on or facts.day
    days = (until - facts.ips_enrolled_on).days if facts.ips_enrolled_on else None
    return days, facts.first_employer_on is not None, facts.has_signal("no_employer")


def in_the_picture(client) -> tuple[int | None, bool, bool]:
    clock = client_journey(client, trajectories_of(client)).clock
    return (clock.days, clock.found_on is not None, clock.is_late) if clock else (None, False, False)


@pytest.mark.parametrize(
    ("happens", "days", "is_found", "is_late"),
    [
        (nothing, 41, False, True),
        (running_job, 41, False, False),
        (job_that_ends_today, 41, False, False),
        (ended_job, 41, False, True),
        (agreed_job, 41, False, True),
        (sheltered_job, 41, False, True),
        (visit_before_enrolment, 41, False, True),
        (visit_on_day_0, 0, True, False),
        (visit_after_18_days, 18, True, False),
        (telephone, 41, False, True),
        (perhaps_a_visit, 41, False, True),
        (visit_and_ended_job, 18, True, False),
        (first_trajectory_with_a_visit, 41, False, True),
        (mss_beside_it, 41, False, True),
    ],
)
def test_caseload_and_picture_give_the_same_answer(happens, days, is_found, is_late):
    trajectory = TrajectoryFactory(enrolled_on=ENROLLED)
    happens(trajectory)
    expected = (days, is_found, is_late)
    assert (on_the_caseload(trajectory.client), in_the_picture(trajectory.client)) == (expected, expected)


def test_thirty_days_are_not_late_yet():
    client = TrajectoryFactory(enrolled_on=RECENTLY).client
    assert on_the_caseload(client) == in_the_picture(client) == (30, False, False)


def test_mss_alone_has_no_clock():
    client = TrajectoryFactory(enrolled_on=ENROLLED, mss=True).client
    assert on_the_caseload(client) == in_the_picture(client) == (None, False, False)


def test_late_visit_is_late_in_the_picture_and_asks_nothing_any_more():
    trajectory = TrajectoryFactory(enrolled_on=ENROLLED)
    visit(trajectory.client, date(2026, 2, 25))
    assert in_the_picture(trajectory.client) == (36, True, True)
    assert on_the_caseload(trajectory.client) == (36, True, False)

"""How long an approval lasts: proposed by the target group, and checked."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ipsplatform.common.errors import RuleError
from tests.factories import ClientFactory, TrajectoryFactory, UserFactory
from trajectories.journey.approval import approval_ends_on, refuse_wrong_approval
from trajectories.journey.services import correct_trajectory, start_trajectory
from trajectories.models import Trajectory

pytestmark = pytest.mark.usefixtures("on_monday")


@pytest.mark.parametrize(
    ("group", "approved_on", "ends_on"),
    [
        ("epa", date(2025, 3, 2), date(2028, 3, 2)),
        ("cmd", date(2025, 3, 2), date(2027, 3, 2)),
        ("cmd", date(2024, 2, 29), date(2026, 2, 28)),
        ("epa", date(2025, 12, 31), date(2028, 12, 31)),
        ("jongere", date(2025, 3, 2), None),
        ("", date(2025, 3, 2), None),
        ("epa", None, None),
    ],
)
def test_the_last_day_follows_from_the_target_group(group, approved_on, ends_on):
    assert approval_ends_on(Trajectory(target_group=group, approved_on=approved_on)) == ends_on


@pytest.mark.parametrize(
    ("group", "until", "fits"),
    [
        ("cmd", date(2028, 3, 2), True),  # 24 months, and 12 more
        ("cmd", date(2028, 3, 3), False),
        ("epa", date(2028, 3, 2), True),
        ("epa", date(2028, 3, 3), False),
        ("jongere", date(2029, 1, 1), True),
        ("jongere", date(2025, 3, 1), False),
    ],
)
def test_what_an_approval_may_last(group, until, fits):
    trajectory = Trajectory(target_group=group, approved_on=date(2025, 3, 2), approved_until=until)
    if fits:
        assert refuse_wrong_approval(trajectory) is None
        return
    with pytest.raises(RuleError) as refused:
        refuse_wrong_approval(trajectory)
    assert refused.value.field == "approved_until"


@pytest.mark.django_db
def test_the_service_fills_it_in_and_refuses_what_is_too_long():
    by, approved_on = UserFactory(), date(2026, 1, 5)
    trajectory = start_trajectory(
        client=ClientFactory(), kind="ips", enrolled_on=date(2026, 1, 12), target_group="cmd",
        approved_on=approved_on, by=by,
    )  # fmt: skip
    assert trajectory.approved_until == date(2028, 1, 5)
    correct_trajectory(trajectory=trajectory, by=by, approved_until=date(2029, 1, 5))
    for wrong in (
        {"approved_until": date(2029, 1, 6)},
        {"approved_on": None},
        {"target_group": "epa", "approved_until": date(2029, 2, 1)},
    ):
        with pytest.raises(RuleError):
            correct_trajectory(trajectory=trajectory, by=by, **wrong)
    trajectory.refresh_from_db()
    assert trajectory.approved_until == date(2029, 1, 5)


@pytest.mark.django_db
def test_the_database_refuses_an_end_before_the_approval():
    trajectory = TrajectoryFactory(approved_on=date(2025, 3, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Trajectory.objects.filter(pk=trajectory.pk).update(approved_until=date(2025, 3, 1))

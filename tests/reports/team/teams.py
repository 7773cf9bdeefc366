"""A believable small team around 22 November 2026, with everything that makes counting hard."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from staff.models import Team, User
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    JobFactory,
    StagePeriodFactory,
    TeamFactory,
    TeamMembershipFactory,
    TrajectoryFactory,
    UserFactory,
)
from trajectories.models import Trajectory

TODAY = date(2026, 11, 22)
NOON = "2026-11-22T12:00:00+01:00"


@dataclass(frozen=True)
class ExampleTeam:
    team: Team
    lead: User
    worker: User
    peer: User
    moved: Trajectory


def make_team() -> ExampleTeam:
    """Nine IPS trajectories, one of MSS; one client has moved to another team since."""
    team = TeamFactory(name="FACT Noord")
    worker = UserFactory(last_name="Visser")
    TeamMembershipFactory(user=worker, team=team, fte="0.1")
    peer = UserFactory(ervaringsdeskundige=True, last_name="Bakker")
    TeamMembershipFactory(user=peer, team=team, fte=None, is_trainee=True)
    lead = UserFactory(teamleider=True, team=team)
    for number in range(3):
        at_work = TrajectoryFactory(in_team=team, enrolled_on=date(2025, 2, 1), followed_by=worker)
        JobFactory(trajectory=at_work, started_on=date(2025, 6, 1 + number))
        AssignmentFactory(client=at_work.client, user=peer)
    for number in range(3):
        waiting = TrajectoryFactory(in_team=team, enrolled_on=date(2026, 7, 1 + number), followed_by=worker)
        StagePeriodFactory(trajectory=waiting, started_on=waiting.enrolled_on)
        seen = datetime(2026, 11, 1 + number, 10, tzinfo=UTC)
        ContactFactory(client=waiting.client, staff=worker, occurred_at=seen)
    lost = TrajectoryFactory(in_team=team, enrolled_on=date(2025, 1, 1))
    JobFactory(trajectory=lost, started_on=date(2026, 8, 1), ended_on=date(2026, 11, 18))
    TrajectoryFactory(in_team=team, enrolled_on=date(2025, 1, 1), ended_on=date(2026, 8, 15))
    moved = TrajectoryFactory(in_team=team, enrolled_on=date(2025, 3, 1))
    moved.client.team = TeamFactory(name="FACT Zuid")
    moved.client.save()
    TrajectoryFactory(in_team=team, mss=True, enrolled_on=date(2026, 1, 1))
    JobFactory(
        trajectory=TrajectoryFactory(in_team=team, enrolled_on=date(2026, 10, 5)),
        started_on=date(2026, 11, 26),
    )
    return ExampleTeam(team=team, lead=lead, worker=worker, peer=peer, moved=moved)

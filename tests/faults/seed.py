"""A small team to work with: people who can sign in, clients, and trajectories with jobs for the figures."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from staff.models import Team, User
from tests.factories import ClientFactory, JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.faults.installation import PASSWORD

WRITERS = [f"begeleider-{number}" for number in range(5)]
LEAD, ADMINISTRATOR, LATECOMER = "teamleider", "beheerder", "laatkomer"


def seed() -> None:
    team, password = TeamFactory(code="faults", name="FACT Storm"), make_password(PASSWORD)
    people = [
        UserFactory(username=name, staff_number=name, team=team, password=password)
        for name in [*WRITERS, LATECOMER]
    ]
    UserFactory(username=LEAD, staff_number=LEAD, teamleider=True, team=team, password=password)
    UserFactory(username=ADMINISTRATOR, staff_number=ADMINISTRATOR, beheerder=True, password=password)
    _clients(team, people)


def _clients(team: Team, people: list[User]) -> None:
    """Everybody follows some: these are the clients that the form offers."""
    today = timezone.localdate()
    for number in range(20):
        follower = people[number % len(people)]
        client = ClientFactory(team=team, client_number=f"faults-{number}", followed_by=follower)
        enrolled_on = today - timedelta(days=60 + 30 * number)
        trajectory = TrajectoryFactory(
            client=client, trajectory_number=f"faults-{number}", enrolled_on=enrolled_on
        )
        if number % 2:
            JobFactory(
                trajectory=trajectory,
                job_number=f"faults-{number}",
                started_on=enrolled_on + timedelta(days=40),
            )

"""A small team to work with: people who can sign in, clients, and trajectories with jobs for the figures."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from staff.models import Team
from tests.factories import ClientFactory, JobFactory, TeamFactory, TrajectoryFactory, UserFactory
from tests.faults.installation import PASSWORD

WRITERS = [f"begeleider-{number}" for number in range(5)]
LEAD, ADMINISTRATOR, LATECOMER = "teamleider", "beheerder", "laatkomer"


def seed() -> None:
    team, password = TeamFactory(code="faults", name="FACT Storm"), make_password(PASSWORD)
    for name in [*WRITERS, LATECOMER]:
        UserFactory(username=name, staff_number=name, team=team, password=password)
    UserFactory(username=LEAD, staff_number=LEAD, teamleider=True, team=team, password=password)
    UserFactory(username=ADMINISTRATOR, staff_number=ADMINISTRATOR, beheerder=True, password=password)
    _clients(team)


def _clients(team: Team) -> None:
    today = timezone.localdate()
    for number in range(20):
        client = ClientFactory(team=team, client_number=f"faults-{number}")
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

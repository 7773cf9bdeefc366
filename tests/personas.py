"""The people of the access matrix, around one client in one team.

`owner` follows the client, `teammate` is in the client's team, the others are elsewhere or have
another kind of role. No superuser exists.
"""

from dataclasses import dataclass

from django.test import Client as Browser

from clients.models import Client
from staff.models import Team, User
from tests.factories import ClientFactory, TeamFactory, UserFactory

PERSONAS = (
    "anonymous",
    "owner",
    "peer_owner",
    "teammate",
    "team_lead",
    "other_worker",
    "other_team_lead",
    "monitor",
    "administrator",
)
# What a form answers that changes the file of a client: whoever follows the client, and the team lead.
MAY_WRITE_IN_THE_FILE = (
    ("anonymous", 302),
    ("owner", 200),
    ("peer_owner", 200),
    ("teammate", 403),
    ("team_lead", 200),
    ("other_worker", 404),
    ("other_team_lead", 404),
    ("monitor", 404),
    ("administrator", 404),
)


@dataclass(frozen=True)
class World:
    team: Team
    other_team: Team
    client: Client
    people: dict[str, User]

    def sign_in(self, browser: Browser, persona: str) -> User | None:
        """Let `browser` act as `persona`; anonymous signs nobody in."""
        if persona == "anonymous":
            return None
        browser.force_login(self.people[persona])
        return self.people[persona]


def make_world() -> World:
    """One client with everybody around, and a second team that must not see it."""
    team, other_team = TeamFactory(name="FACT Noord"), TeamFactory(name="FACT Zuid")
    people = {
        "owner": UserFactory(team=team),
        "peer_owner": UserFactory(ervaringsdeskundige=True, team=team),
        "teammate": UserFactory(casemanager=True, team=team),
        "team_lead": UserFactory(teamleider=True, team=team),
        "other_worker": UserFactory(team=other_team),
        "other_team_lead": UserFactory(teamleider=True, team=other_team),
        "monitor": UserFactory(monitor=True),
        "administrator": UserFactory(beheerder=True),
    }
    client = ClientFactory(team=team, followed_by=people["owner"])
    client.assignments.create(
        user=people["peer_owner"], role=people["peer_owner"].role, started_on="2020-01-01"
    )
    return World(team=team, other_team=other_team, client=client, people=people)

"""People at their desks, for the scenarios: each works through the pages, with a browser of their own."""

from django.urls import reverse

from clients.models import Client
from staff.models import User
from tests.filled_forms import send
from tests.harness import StrictClient


class Desk:
    """One person. Every action signs in anew: days lie between them, and nobody stays signed in that long."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.browser = StrictClient()

    def open(self, url: str):
        self.browser.force_login(self.user)
        return self.browser.get(url)

    def read(self, url: str) -> str:
        """What the page says, white space aside."""
        response = self.open(url)
        assert response.status_code == 200, f"{url} answers {response.status_code}"
        return " ".join(response.content.decode().split())

    def send(self, url: str, **typed: object):
        self.browser.force_login(self.user)
        return send(self.browser, url, **typed)

    def tab(self, name: str, client: Client) -> str:
        return self.read(reverse(f"trajectories:client_{name}", args=[client.public_id]))

    def write_contact(self, client: Client, **typed: object):
        """A contact at this moment: the form fills in the time by itself."""
        return self.send(f"{reverse('trajectories:contact_write')}?client={client.public_id}", **typed)

    def names_behind(self, url: str) -> list[str]:
        """Whom the page behind a number lists."""
        return [row.client.list_name for row in self.open(url).context["rows"]]

    def row_of(self, client: Client):
        """The client's row on their own caseload; None when it is not there."""
        rows = self.open(f"{reverse('trajectories:caseload_list')}?scope=mine").context["rows"]
        return next((row for row in rows if row.client == client), None)

"""Search over clients and employers that forgives accents, capitals and typing errors."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from clients.models import Client
from staff.models import User
from trajectories.caseload.selectors import CaseloadFacts, caseload_facts
from trajectories.choosing.selectors import matching_clients, matching_employers, normalised
from trajectories.employers.selectors import EmployerRow, employer_rows, with_employer_columns
from trajectories.models import Employer

SHOWN = 20


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The best of each kind, and how many there are of each in all."""

    clients: list[CaseloadFacts]
    client_count: int
    employers: list[EmployerRow]
    employer_count: int

    @property
    def count(self) -> int:
        """How many clients and employers were found together, shown or not."""
        return self.client_count + self.employer_count


@transaction.atomic
def search(*, text: str, user: User, day: date) -> SearchResults:
    """The clients and employers that `text` may mean, for `user`, the likeliest first."""
    name = normalised(text)
    visible = Client.objects.visible_to(user).select_related("team")
    clients = matching_clients(clients=visible, user=user, text=text, name=name)
    employers = matching_employers(employers=Employer.objects.visible_to(user), name=name)
    clients_shown = caseload_facts(clients[:SHOWN], day)
    employers_shown = employer_rows(with_employer_columns(employers, user)[:SHOWN])
    return SearchResults(
        clients=clients_shown,
        client_count=_count(clients, clients_shown),
        employers=employers_shown,
        employer_count=_count(employers, employers_shown),
    )


def _count(found: QuerySet, shown: list) -> int:
    """Counts in the database only when there is more than what is shown."""
    return len(shown) if len(shown) < SHOWN else found.count()

"""Search over clients and employers that forgives accents, capitals and typing errors."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from clients.models import Client
from ipsplatform.common.identity import plain_name
from staff.models import User
from trajectories.caseload.selectors import CaseloadFacts, caseload_facts
from trajectories.employers.selectors import EmployerRow, employer_rows, with_employer_columns
from trajectories.models import Employer

SHOWN = 20
# How much of what was typed must return in a name: 0.4 still finds Groot for "grot", Decker for "dekker".
WORD_SIMILARITY = "0.4"
WHOLE_NUMBER, NUMBER, PREFIX, SIMILAR = range(4)


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
    text = plain_name(text)
    name = _normalised(text)
    clients = _matching_clients(user=user, text=text, name=name)
    employers = _matching_employers(user=user, name=name)
    clients_shown = caseload_facts(clients[:SHOWN], day)
    employers_shown = employer_rows(with_employer_columns(employers, user)[:SHOWN])
    return SearchResults(
        clients=clients_shown,
        client_count=_count(clients, clients_shown),
        employers=employers_shown,
        employer_count=_count(employers, employers_shown),
    )


def _normalised(text: str) -> str:
    """`text` as the search columns hold names; also sets the threshold of `%>` for this transaction.

    The operator reads its threshold from the session, and only the operator can use the index.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ips_unaccent(lower(%s)), set_config('pg_trgm.word_similarity_threshold', %s, true)",
            [" ".join(text.replace(",", " ").split()), WORD_SIMILARITY],
        )
        return cursor.fetchone()[0]


def _matching_clients(*, user: User, text: str, name: str) -> QuerySet[Client]:
    visible = Client.objects.visible_to(user).select_related("team")
    spellings = {text, text.upper(), text.lower()}
    by_number = Q()
    for spelling in spellings:  # startswith uses the index of the number, istartswith could not
        by_number |= Q(client_number__startswith=spelling)
    rank = Case(
        When(client_number__in=spellings, then=Value(WHOLE_NUMBER)),
        When(by_number, then=Value(NUMBER)),
        When(_begins(name), then=Value(PREFIX)),
        default=Value(SIMILAR),
        output_field=IntegerField(),
    )
    return _best_first(visible.filter(by_number | _similar(name)), rank, name).order_by(
        "rank", "-similarity", "last_name", "first_name", "pk"
    )


def _matching_employers(*, user: User, name: str) -> QuerySet[Employer]:
    rank = Case(When(_begins(name), then=Value(PREFIX)), default=Value(SIMILAR), output_field=IntegerField())
    found = Employer.objects.visible_to(user).filter(_similar(name))
    return _best_first(found, rank, name).order_by("rank", "-similarity", "name", "pk")


def _best_first(rows: QuerySet, rank: Case, name: str) -> QuerySet:
    return rows.annotate(rank=rank, similarity=TrigramWordSimilarity(name, "search_name"))


def _similar(name: str) -> Q:
    """Names like this one. Of other scripts PostgreSQL makes no trigrams here: these are found as typed."""
    similar = Q(search_name__trigram_word_similar=name)
    return similar if name.isascii() else similar | Q(search_name__contains=name)


def _begins(name: str) -> Q:
    """A word of the name, or the whole name, begins with exactly what was typed."""
    return Q(search_name__startswith=name) | Q(search_name__contains=f" {name}")


def _count(found: QuerySet, shown: list) -> int:
    """Counts in the database only when there is more than what is shown."""
    return len(shown) if len(shown) < SHOWN else found.count()

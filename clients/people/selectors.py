"""Is this person registered already? Only clients whom the asker may see are ever mentioned."""

from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from clients.models import Client
from ipsplatform.common.search import searchable_text
from staff.models import User

SIMILAR_ENOUGH = 0.45
MOST_SHOWN = 5


def possible_duplicates(
    *, user: User, first_name: str, name_prefix: str, last_name: str, birth_date: date | None
) -> list[Client]:
    """Visible clients with a name like this, or with this birth date and a name a little like this."""
    name = searchable_text(first_name, name_prefix, last_name)
    rule = Q(similarity__gte=SIMILAR_ENOUGH)
    if birth_date is not None:
        rule |= Q(birth_date=birth_date)
    return list(
        Client.objects.visible_to(user)
        .annotate(similarity=TrigramSimilarity("search_name", name))  # type: ignore[arg-type]  # an expression is fine too
        .filter(rule)
        .select_related("team")
        .order_by("-similarity", "pk")[:MOST_SHOWN]
    )

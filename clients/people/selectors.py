"""Is this person registered already? Only clients whom the asker may see are ever mentioned."""

from typing import cast

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Q, TextField, Value, When
from django.db.models.functions import Greatest

from clients.models import Client
from ipsplatform.common.partial_dates import PartialDate, PartialDateField
from ipsplatform.common.search import searchable, searchable_text
from staff.models import User

SIMILAR_ENOUGH = 0.45
MOST_SHOWN = 5


def possible_duplicates(
    *,
    user: User,
    first_name: str,
    name_prefix: str,
    last_name: str,
    birth_name: str = "",
    birth_date: PartialDate | None,
) -> list[Client]:
    """Visible clients with a name like this, in use or by birth, or born on a date that may be the same."""
    typed = [searchable_text(first_name, name_prefix, last_name)]
    typed += [searchable_text(first_name, birth_name)] if birth_name else []
    recorded = (searchable("first_name", "name_prefix", "last_name", as_text=True), _name_by_birth())
    similarities = [TrigramSimilarity(one, name) for one in recorded for name in typed]  # type: ignore[arg-type]  # an expression is fine too
    rule = Q(similarity__gte=SIMILAR_ENOUGH)
    if birth_date is not None:
        rule |= born_on(birth_date)
    return list(
        Client.objects.visible_to(user)
        .annotate(similarity=Greatest(*similarities))
        .filter(rule)
        .select_related("team")
        .order_by("-similarity", "pk")[:MOST_SHOWN]
    )


def _name_by_birth() -> Case:
    """The first name and the birth name of who has one, as `searchable` gives names."""
    by_birth = searchable("first_name", "birth_name", as_text=True)
    return Case(When(birth_name="", then=Value("")), default=by_birth, output_field=TextField())


def born_on(asked: PartialDate) -> Q:
    """Clients whose date of birth may be `asked`, which of both may be known in part."""
    return cast(PartialDateField, Client._meta.get_field("birth_date")).may_be(asked)

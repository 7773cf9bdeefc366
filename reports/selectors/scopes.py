"""Which scopes there is something to say about."""

from datetime import date
from itertools import product

from reports.indicators import WHOLE_ORGANISATION, Scope
from staff.models import Team


def scopes_with_data(as_of: date) -> list[Scope]:
    """The whole organisation, and every team, funder and target group with data, alone and combined."""
    combinations = (
        WHOLE_ORGANISATION.trajectories()
        .filter(enrolled_on__lte=as_of)
        .order_by()
        .values_list("team", "funder", "target_group")
        .distinct()
    )
    found = {(None, "", "")}
    for team, funder, target_group in combinations:
        found.update(product({None, team}, {"", funder}, {"", target_group}))
    teams = Team.objects.in_bulk([team for team, _, _ in found if team])
    ordered = sorted(found, key=lambda scope: (scope[0] or 0, scope[1], scope[2]))
    return [
        Scope(team=teams.get(team), funder=funder, target_group=target_group)
        for team, funder, target_group in ordered
    ]

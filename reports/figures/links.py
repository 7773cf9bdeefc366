"""Addresses of the people behind a number."""

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from reports.indicators.figure import FigurePart
from reports.indicators.scope import ReportWindow, Scope
from staff.models import Team


def people_url(key: str, part: FigurePart, scope: Scope, window: ReportWindow) -> str:
    """The people whom the figure `key` counts in this part."""
    query = {
        "figure": key,
        "part": part.value,
        "team": str(scope.team.public_id) if scope.team else "",
        "funder": scope.funder,
        "target_group": scope.target_group,
        "from": window.period_from.isoformat(),
        "to": window.period_to.isoformat(),
        "as_of": "" if window.as_of == window.period_to else window.as_of.isoformat(),
    }
    return _with_query("reports:team_people", query)


def caseload_url(team: Team, **filters: str | UUID) -> str:
    """The caseload of a team, as the filters choose."""
    return _with_query("trajectories:caseload_list", {"scope": "team", "team": team.public_id, **filters})


def _with_query(name: str, query: Mapping[str, str | UUID]) -> str:
    return f"{reverse(name)}?{urlencode({field: str(value) for field, value in query.items() if value})}"

"""The quarters of a scope as they are now, computed again only when something in them has changed."""

from datetime import date
from typing import cast

from django.core.cache import cache
from django.db.models import Aggregate, TextField

from reports.indicators.report import DEFINITION_VERSION
from reports.indicators.scope import Scope
from reports.indicators.trend import TrendPoint, trend

KEEP_SECONDS = 24 * 3600
# Everything of a trajectory and its jobs that a figure looks at.
_FACTS = (
    "pk",
    "client_id",
    "enrolled_on",
    "ended_on",
    "hours_worked_at_enrolment",
    "jobs__pk",
    "jobs__started_on",
    "jobs__ended_on",
    "jobs__open_to_anyone",
    "jobs__regular_wage",
    "jobs__regular_employer",
)


class Fingerprint(Aggregate):
    """One short text for all rows: another row, or another value in one, gives another text."""

    function = "MD5"
    template = "%(function)s(STRING_AGG(ROW(%(expressions)s)::text, ',' ORDER BY ROW(%(expressions)s)))"
    arity = None
    output_field = TextField()


def live_trend(scope: Scope, *, until: date, quarters: int) -> tuple[TrendPoint, ...]:
    """The same as `trend`; one statement says whether what was counted before still holds."""
    rows = scope.trajectories().aggregate(fingerprint=Fingerprint(*_FACTS))["fingerprint"]
    team = scope.team.pk if scope.team else ""
    asked = (DEFINITION_VERSION, team, scope.funder, scope.target_group, until, quarters, rows)
    key = "trend:" + ":".join(str(part) for part in asked)
    found = cache.get_or_set(key, lambda: trend(scope, until=until, quarters=quarters), KEEP_SECONDS)
    return cast(tuple[TrendPoint, ...], found)

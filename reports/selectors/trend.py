"""The stored quarters of one scope, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reports.indicators import Scope, quarter_label, quarters_until
from reports.models import MonitoringRun, PeriodKind, ScopeFigures
from reports.selectors.figures import as_read_by
from staff.models import User


@dataclass(frozen=True, kw_only=True)
class StoredPoint:
    """One quarter as its last revision has it; `figures` is None where there is no run, or no data."""

    period_from: date
    period_to: date
    run: MonitoringRun | None
    figures: Mapping[str, object] | None

    @property
    def label(self) -> str:
        return quarter_label(self.period_from)


def stored_trend(user: User, scope: Scope, *, until: date, quarters: int) -> tuple[StoredPoint, ...]:
    """The last `quarters` quarters, oldest first, as `user` may read them, in one statement."""
    windows = quarters_until(until, quarters)
    rows = (
        ScopeFigures.objects.visible_to(user)
        .filter(
            run__in=MonitoringRun.objects.latest_revisions().filter(period_kind=PeriodKind.QUARTER),
            run__period_from__in=[window.period_from for window in windows],
            team=scope.team,
            funder=scope.funder,
            target_group=scope.target_group,
        )
        .select_related("run")
    )
    found = {row.run.period_from: row for row in rows}
    return tuple(
        StoredPoint(
            period_from=window.period_from,
            period_to=window.period_to,
            run=row.run if (row := found.get(window.period_from)) else None,
            figures=as_read_by(user, row.figures) if row else None,
        )
        for window in windows
    )

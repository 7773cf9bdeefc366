"""Figures as somebody may read them: the own teams in full, or all teams without small numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.indicators import PlacementReport
from reports.models import MonitoringRun
from reports.permissions import hide_small, sees_small_numbers
from staff.models import Team, User
from staff.permissions import can_read_all_figures, can_read_figures


@dataclass(frozen=True, kw_only=True)
class ScopeRow:
    """One scope of a stored run; `figures` is the object of the report contract."""

    team: Team | None
    funder: str
    target_group: str
    figures: Mapping[str, object]


def figures_of_run(user: User, run: MonitoringRun) -> tuple[ScopeRow, ...]:
    """Every scope of the run that `user` may read, in the order of the run."""
    rows = run.scopes.visible_to(user).select_related("team").order_by("pk")
    return tuple(
        ScopeRow(
            team=row.team,
            funder=row.funder,
            target_group=row.target_group,
            figures=as_read_by(user, row.figures),
        )
        for row in rows
    )


def changes_of_run(user: User, run: MonitoringRun) -> list[dict[str, object]]:
    """What the run changed against the revision before, in the scopes that `user` may read."""
    codes = None if can_read_all_figures(user) else _codes_of_own_teams(user)
    shown = [
        {**change, **{side: _value_as_read_by(user, change, side) for side in ("before", "after")}}
        for change in run.changes
        if codes is None or change["scope"]["team"] in codes
    ]
    return [change for change in shown if change["before"] != change["after"]]


def figures_of_report(user: User, report: PlacementReport) -> dict[str, object]:
    """A report that was computed just now; whether `user` may read its scope is asked before."""
    return as_read_by(user, report.as_dict())


def as_read_by(user: User, figures: Mapping[str, object]) -> dict[str, object]:
    return dict(figures) if sees_small_numbers(user) else hide_small(figures)


def _value_as_read_by(user: User, change: Mapping, side: str) -> object:
    if change[side] is None:
        return None
    return as_read_by(user, {change["figure"]: change[side]})[change["figure"]]


def _codes_of_own_teams(user: User) -> set[str]:
    return (
        set(Team.objects.of_member(user).values_list("code", flat=True)) if can_read_figures(user) else set()
    )

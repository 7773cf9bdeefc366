"""Stored runs as their pages show them: only the scopes that the reader may see, small numbers hidden."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from reports.display import capitalised, window_text
from reports.models import MonitoringRun, ScopeFigures
from reports.permissions import hide_small, sees_small_numbers
from staff.models import Team, User
from staff.permissions import can_read_all_figures

PERIODS_IN_TREND = 8


@dataclass(frozen=True, slots=True)
class RunRow:
    """One stored run in the list; `changes` counts the figures that moved in the reader's own scopes."""

    run: MonitoringRun
    changes: int
    is_replaced: bool

    @property
    def title(self) -> str:
        return capitalised(window_text(self.run.period_from, self.run.period_to))


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of the scope that moved against the revision before."""

    key: str
    before: object
    after: object


def readable_runs(user: User, period_kind: str = "") -> QuerySet[MonitoringRun]:
    """Finished runs, the latest period first."""
    runs = MonitoringRun.objects.visible_to(user).select_related("started_by")
    return runs.filter(period_kind=period_kind) if period_kind else runs


def run_rows(runs: list[MonitoringRun], user: User) -> list[RunRow]:
    """What the list shows of the runs of one page."""
    latest = set(
        MonitoringRun.objects.latest_revisions()
        .filter(period_from__in={run.period_from for run in runs})
        .values_list("pk", flat=True)
    )
    codes = _own_codes(user)
    return [RunRow(run, len(_readable_changes(run, codes)), run.pk not in latest) for run in runs]


def runs_in_progress() -> list[MonitoringRun]:
    """Runs that are being computed, or that stopped and will be taken over."""
    return list(MonitoringRun.objects.unfinished())


def readable_scopes(run: MonitoringRun, user: User) -> list[ScopeFigures]:
    """The scopes with data that the reader may see, wholes before their parts."""
    scopes = run.scopes.visible_to(user).select_related("team").defer("figures")
    return sorted(scopes, key=lambda row: (row.team.name if row.team else "", row.funder, row.target_group))


def figures_for(user: User, figures: Mapping[str, object]) -> dict[str, object]:
    """The figures of a scope as this reader may see them."""
    return dict(figures) if sees_small_numbers(user) else hide_small(figures)


def stored_trend(row: ScopeFigures, user: User) -> list[tuple[MonitoringRun, dict[str, object]]]:
    """The same scope in this run and the ones before it, the last revision of each, oldest first."""
    earlier = MonitoringRun.objects.latest_revisions().filter(
        period_kind=row.run.period_kind, period_to__lte=row.run.period_to
    )
    rows = (
        ScopeFigures.objects.visible_to(user)
        .filter(run__in=earlier, team=row.team, funder=row.funder, target_group=row.target_group)
        .select_related("run")
        .order_by("-run__period_to", "-pk")[:PERIODS_IN_TREND]
    )
    return [(found.run, figures_for(user, found.figures)) for found in reversed(rows)]


def scope_changes(row: ScopeFigures, user: User) -> list[Change]:
    """What moved in this scope against the revision before."""
    scope = row.figures["scope"]
    return [_shown_change(change, user) for change in row.run.changes if change["scope"] == scope]


def _shown_change(change: Mapping, user: User) -> Change:
    key = change["figure"]
    before, after = (
        figures_for(user, {key: value})[key] if value is not None else None
        for value in (change["before"], change["after"])
    )
    return Change(key=key, before=before, after=after)


def _own_codes(user: User) -> set[str] | None:
    """Codes of the teams whose figures somebody reads; None for who reads all."""
    if can_read_all_figures(user):
        return None
    return set(Team.objects.of_member(user).values_list("code", flat=True))


def _readable_changes(run: MonitoringRun, codes: set[str] | None) -> list[Mapping]:
    return [change for change in run.changes if codes is None or change["scope"]["team"] in codes]

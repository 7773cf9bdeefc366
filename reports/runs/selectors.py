"""Stored runs as their pages show them: only the scopes that the reader may see, small numbers hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from reports.indicators.contract import from_json
from reports.indicators.employment import PERIOD
from reports.indicators.proportion import Proportion
from reports.indicators.report import (
    DEFINITION_VERSION,
    PlacementReport,
    ReportPart,
    report_without_estimates,
)
from reports.indicators.scope import ReportWindow, Scope
from reports.models import MonitoringRun, ScopeFigures
from reports.permissions import sees_small_numbers
from reports.runs.overtaken import recorded_of_teams
from reports.small_numbers.counts import INSIDE, report_of_member
from reports.small_numbers.selectors import (
    Withheld,
    ends_a_year,
    shown_blocks,
    shown_of_whole,
    withheld,
)
from staff.models import Team, User

PERIODS_IN_TREND = 8
RESTATED_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One stored run in the list, with the report whose leading figures it shows.

    `changes` counts the figures that moved in the reader's own scopes against the revision before,
    `changed` the trajectories that changed since; None where that is not for this reader.
    """

    run: MonitoringRun
    leading: PlacementReport | None
    changes: int
    changed: int | None
    is_replaced: bool

    @property
    def is_current(self) -> bool:
        """Whether it would come out the same now, by the definitions of now."""
        return self.changed == 0 and self.run.definition_version == DEFINITION_VERSION


@dataclass(frozen=True, slots=True)
class Overtaken:
    """How many trajectories changed since a run, and what the period rate of its scope would be now."""

    changed: int
    now: Proportion
    is_moved: bool


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of the scope that moved against the revision before."""

    key: str
    before: ReportPart | None
    after: ReportPart | None


def readable_runs(user: User, period_kind: str = "") -> QuerySet[MonitoringRun]:
    """Finished runs, the latest period first; for readers within a team with how many figures moved there."""
    runs = MonitoringRun.objects.visible_to(user).without_changes().select_related("started_by")
    if sees_small_numbers(user):
        runs = runs.with_moved_in(Team.objects.of_member(user))
    return runs.filter(period_kind=period_kind) if period_kind else runs


def run_rows(runs: list[MonitoringRun], user: User) -> list[RunRow]:
    """What the list shows of the runs of one page."""
    latest = set(
        MonitoringRun.objects.latest_revisions()
        .filter(period_from__in={run.period_from for run in runs})
        .values_list("pk", flat=True)
    )
    leading = _leading_reports(runs, user)
    if not sees_small_numbers(user):
        return [RunRow(run, leading.get(run.pk), 0, None, False) for run in runs]
    changed = _changed_since([run for run in runs if run.pk in latest], list(Team.objects.of_member(user)))
    return [
        RunRow(
            run,
            leading.get(run.pk),
            vars(run)["moved"],
            changed.get(run.pk),
            run.pk not in latest,
        )
        for run in runs
    ]


def overtaken(row: ScopeFigures) -> Overtaken | None:
    """What changed of a team's scope since its run was made; None for the whole organisation."""
    if row.team is None:
        return None
    run, scope = row.run, Scope(team=row.team, funder=row.funder, target_group=row.target_group)
    recorded = recorded_of_teams([row.team.pk], run.started_at)
    changed = recorded.changed_since(run.started_at, scope=scope, as_of=run.as_of)
    if not changed:
        return Overtaken(0, from_json(row.figures).rates[PERIOD], is_moved=False)
    window = ReportWindow.of(run.period_from, run.period_to, as_of=run.as_of)
    now = report_without_estimates(scope, window)[0].rates[PERIOD]
    before = from_json(row.figures).rates[PERIOD]
    return Overtaken(changed, now, is_moved=now.parts != before.parts)


def _leading_reports(runs: list[MonitoringRun], user: User) -> dict[int, PlacementReport]:
    """Of each run the report of the whole organisation, or of the one team that the reader is in."""
    rows = list(
        ScopeFigures.objects.visible_to(user)
        .filter(run__in=[run.pk for run in runs], funder="", target_group="")
        .filter(team__isnull=not sees_small_numbers(user))
        .select_related("run", "team")
        .defer("run__changes")
    )
    if len({row.team_id for row in rows}) > 1:
        return {}
    found = zip(rows, readable_reports(rows, user), strict=True)
    return {row.run_id: report for row, report in found}


def _changed_since(runs: list[MonitoringRun], teams: list[Team]) -> dict[int, int]:
    if not runs or not teams:
        return dict.fromkeys((run.pk for run in runs), 0)
    since = min(run.started_at for run in runs)
    recorded = recorded_of_teams([team.pk for team in teams], since)
    return {
        run.pk: sum(
            recorded.changed_since(run.started_at, scope=Scope(team=team), as_of=run.as_of) for team in teams
        )
        for run in runs
    }


def asked_runs_are_late() -> bool:
    """Whether figures that somebody asked for anew failed, or have not come in time. One statement."""
    since = timezone.now() - RESTATED_WITHIN
    return MonitoringRun.objects.unfinished().filter(started_at__lt=since).exists()


def runs_in_progress() -> list[MonitoringRun]:
    """Runs that are being computed, or that stopped and will be taken over."""
    return list(MonitoringRun.objects.unfinished())


def readable_scopes(run: MonitoringRun, user: User) -> list[ScopeFigures]:
    """The scopes with data that the reader may see, wholes before their parts."""
    scopes = run.scopes.visible_to(user).select_related("team").defer("figures")
    return sorted(scopes, key=lambda row: (row.team.name if row.team else "", row.funder, row.target_group))


def with_figures(row: ScopeFigures, user: User) -> ScopeFigures:
    """A scope of `readable_scopes` with its stored figures, its team and its run."""
    return ScopeFigures.objects.visible_to(user).select_related("team", "run").get(pk=row.pk)


def readable_reports(
    rows: Sequence[ScopeFigures], user: User, *, threshold: int = INSIDE
) -> list[PlacementReport]:
    """The stored figures of scopes as this reader may see them: page, trend, changes and export alike."""
    reports = [from_json(row.figures) for row in rows]
    if sees_small_numbers(user):
        return reports
    stays_inside = withheld(threshold) if any(not row.is_whole for row in rows) else ({}, frozenset())
    whole = shown_of_whole(threshold) if any(row.is_whole for row in rows) else {}
    return [
        whole[row.run_id] if row.is_whole else _of_member(row, report, stays_inside)
        for row, report in zip(rows, reports, strict=True)
    ]


def report_for(user: User, row: ScopeFigures) -> PlacementReport:
    """The same of one scope."""
    (report,) = readable_reports([row], user)
    return report


def _of_member(row: ScopeFigures, report: PlacementReport, stays_inside: Withheld) -> PlacementReport:
    return report_of_member(report, shown=shown_blocks(row, stays_inside), with_cohorts=ends_a_year(row.run))


def stored_trend(row: ScopeFigures, user: User) -> list[tuple[MonitoringRun, PlacementReport]]:
    """The same scope in this run and the ones before it, the last revision of each, oldest first."""
    earlier = MonitoringRun.objects.latest_revisions().filter(
        period_kind=row.run.period_kind, period_to__lte=row.run.period_to
    )
    rows = (
        ScopeFigures.objects.visible_to(user)
        .filter(run__in=earlier, team=row.team, funder=row.funder, target_group=row.target_group)
        .select_related("run")
        .defer("run__changes")
        .order_by("-run__period_to", "-pk")[:PERIODS_IN_TREND]
    )
    oldest_first = list(reversed(rows))
    found = zip(oldest_first, readable_reports(oldest_first, user), strict=True)
    return [(row.run, report) for row, report in found if _has_period_rate(report)]


def _has_period_rate(report: PlacementReport) -> bool:
    return PERIOD in report.rates and not report.rates[PERIOD].is_withheld


def scope_changes(row: ScopeFigures, user: User) -> list[FigureChange]:
    """What moved in this scope against the revision before; outside the team one hears only that it did."""
    if not sees_small_numbers(user):
        return []
    scope = row.figures["scope"]
    moved = [change["figure"] for change in row.run.changes if change["scope"] == scope]
    if not moved:
        return []
    before = _of_revision_before(row)
    was = report_for(user, before).parts() if before else {}
    becomes = report_for(user, row).parts()
    changes = [FigureChange(key=key, before=was.get(key), after=becomes.get(key)) for key in moved]
    return [change for change in changes if change.before != change.after]


def _of_revision_before(row: ScopeFigures) -> ScopeFigures | None:
    run = row.run
    earlier = MonitoringRun.objects.of_period(run.period_kind, run.period_from, run.period_to)
    return (
        ScopeFigures.objects.filter(
            run__in=earlier.done(), team=row.team, funder=row.funder, target_group=row.target_group
        )
        .filter(run__revision__lt=run.revision)
        .select_related("run")
        .defer("run__changes")
        .order_by("-run__revision")
        .first()
    )

"""Stored runs as their pages show them: only the scopes that the reader may see, small numbers hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from reports.indicators.contract import from_json
from reports.indicators.employment import PERIOD
from reports.indicators.report import PlacementReport, ReportPart
from reports.models import MonitoringRun, PeriodKind, ScopeFigures
from reports.permissions import sees_small_numbers
from reports.small_numbers.counts import INSIDE, report_of_member, without_period
from reports.small_numbers.hiding import hide_small
from reports.small_numbers.selectors import Withheld, ends_a_year, shown_blocks, withheld
from staff.models import Team, User
from staff.permissions import can_read_all_figures

PERIODS_IN_TREND = 8
RESTATED_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One stored run in the list; `changes` counts the figures that moved in the reader's own scopes."""

    run: MonitoringRun
    changes: int
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of the scope that moved against the revision before."""

    key: str
    before: ReportPart | None
    after: ReportPart | None


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
    has_division = any(not row.is_whole for row in rows)
    stays_inside = withheld(threshold) if has_division else ({}, frozenset())
    return [
        _readable(row, report, stays_inside, threshold) for row, report in zip(rows, reports, strict=True)
    ]


def report_for(user: User, row: ScopeFigures) -> PlacementReport:
    """The same of one scope."""
    (report,) = readable_reports([row], user)
    return report


def organisation_report(
    report: PlacementReport, *, is_quarter: bool, threshold: int = INSIDE
) -> PlacementReport:
    """The whole organisation for readers outside the team: who came and went in whole quarters only."""
    shown = hide_small(report, threshold=threshold)
    return shown if is_quarter else without_period(shown)


def _readable(
    row: ScopeFigures, report: PlacementReport, stays_inside: Withheld, threshold: int
) -> PlacementReport:
    if row.is_whole:
        is_quarter = row.run.period_kind == PeriodKind.QUARTER
        return organisation_report(report, is_quarter=is_quarter, threshold=threshold)
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
        .order_by("-run__period_to", "-pk")[:PERIODS_IN_TREND]
    )
    oldest_first = list(reversed(rows))
    found = zip(oldest_first, readable_reports(oldest_first, user), strict=True)
    return [(row.run, report) for row, report in found if _has_period_rate(report)]


def _has_period_rate(report: PlacementReport) -> bool:
    return PERIOD in report.rates and not report.rates[PERIOD].is_withheld


def scope_changes(row: ScopeFigures, user: User) -> list[FigureChange]:
    """What moved in this scope against the revision before, as the reader may see both."""
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
        .order_by("-run__revision")
        .first()
    )


def _own_codes(user: User) -> set[str | None]:
    """Codes of the teams whose figures somebody reads; None is the whole organisation."""
    if can_read_all_figures(user):
        return {None}
    return set(Team.objects.of_member(user).values_list("code", flat=True))


def _readable_changes(run: MonitoringRun, codes: set[str | None]) -> list[Mapping]:
    """Readers of all figures see only those of the whole: more would tell that a hidden number moved."""
    found = [change for change in run.changes if change["scope"]["team"] in codes]
    if None not in codes:
        return found
    return [change for change in found if not any(change["scope"].values())]

"""All indicators of one scope and one window: what pages, stored runs, exports and the command show."""

from dataclasses import dataclass

from reports.indicators import cohort, employment, first_job, flow
from reports.indicators.counting import Counts, Figure, Part, count, count_groups
from reports.indicators.facts import observed
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.flow import Flow, flow_of
from reports.indicators.proportion import Proportion
from reports.indicators.scope import WHOLE_ORGANISATION, ReportWindow, Scope
from staff.models import Team

DEFINITION_VERSION = "2026-1"


@dataclass(frozen=True, kw_only=True)
class CohortRate:
    months: int
    not_yet_mature: int
    proportion: Proportion

    def as_dict(self) -> dict[str, object]:
        return {"months": self.months, "not_yet_mature": self.not_yet_mature, **self.proportion.as_dict()}


@dataclass(frozen=True, kw_only=True)
class Sustainment:
    weeks: int
    proportion: Proportion

    def as_dict(self) -> dict[str, object]:
        return {"weeks": self.weeks, **self.proportion.as_dict()}


@dataclass(frozen=True, kw_only=True)
class PlacementReport:
    """The figures of domain.md, section 5."""

    scope: Scope
    window: ReportWindow
    flow: Flow
    period_employment_rate: Proportion
    period_employment_rate_new: Proportion
    point_employment_rate: Proportion
    point_sustained_rate: Proportion
    cohort_placement_rate: tuple[CohortRate, ...]
    job_sustainment: tuple[Sustainment, ...]
    time_to_first_job: TimeToFirstJob
    definition_version: str = DEFINITION_VERSION

    def as_dict(self) -> dict[str, object]:
        """The JSON object of the report contract (domain.md, section 11)."""
        window = self.window
        return {
            "definition_version": self.definition_version,
            "period": {"from": window.period_from.isoformat(), "to": window.period_to.isoformat()},
            "as_of": window.as_of.isoformat(),
            "scope": self.scope.as_dict(),
            "flow": self.flow.as_dict(),
            "period_employment_rate": self.period_employment_rate.as_dict(),
            "period_employment_rate_new": self.period_employment_rate_new.as_dict(),
            "point_employment_rate": self.point_employment_rate.as_dict(),
            "point_sustained_rate": self.point_sustained_rate.as_dict(),
            "cohort_placement_rate": [rate.as_dict() for rate in self.cohort_placement_rate],
            "job_sustainment": [rate.as_dict() for rate in self.job_sustainment],
            "time_to_first_job": self.time_to_first_job.as_dict(),
        }


def all_figures(window: ReportWindow) -> tuple[Figure, ...]:
    """Every count and share of the report."""
    return (*flow.figures(window), *employment.figures(window), *cohort.figures(window))


def placement_report(scope: Scope, window: ReportWindow) -> PlacementReport:
    """Compute every figure of one scope, in one statement whatever the number of trajectories."""
    rows = first_job.with_durations(observed(scope, window), window)
    return _report(scope, window, count(rows, all_figures(window), lists=first_job.DURATIONS))


def placement_reports(window: ReportWindow) -> list[PlacementReport]:
    """The same of the whole organisation and of every team, funder and target group with data.

    Alone and combined, in one statement for all. Where a field is unknown it makes no scope: those
    trajectories count in the whole only.
    """
    rows = first_job.with_durations(observed(WHOLE_ORGANISATION, window), window)
    dimensions = ("team_id", "funder", "target_group")
    groups = count_groups(rows, all_figures(window), lists=first_job.DURATIONS, by=dimensions)
    teams = Team.objects.in_bulk()
    reports = []
    for counts in groups:
        if all(counts.group.values()):
            chosen = dict(counts.group)
            scope = Scope(team=teams.get(chosen.pop("team_id", None)), **chosen)
            reports.append(_report(scope, window, counts))
    return sorted(reports, key=lambda report: report.scope.order)


def _report(scope: Scope, window: ReportWindow, counts: Counts) -> PlacementReport:
    # Here and not above: a process that estimates nothing must not carry the statistics libraries.
    from reports.indicators.estimators import time_to_first_job  # noqa: PLC0415

    return PlacementReport(
        scope=scope,
        window=window,
        flow=flow_of(counts),
        **{figure.key: counts.proportion(figure.key) for figure in employment.figures(window)},
        cohort_placement_rate=tuple(_cohort_rate(counts, months) for months in cohort.HORIZONS_IN_MONTHS),
        job_sustainment=tuple(_sustainment(counts, weeks) for weeks in cohort.HORIZONS_IN_WEEKS),
        time_to_first_job=time_to_first_job(**{name: counts.values(name) for name in first_job.DURATIONS}),
    )


def _cohort_rate(counts: Counts, months: int) -> CohortRate:
    key = f"cohort_placement_rate.{months}"
    return CohortRate(
        months=months,
        not_yet_mature=counts.number(key, Part.LEFT_OUT),
        proportion=counts.proportion(key),
    )


def _sustainment(counts: Counts, weeks: int) -> Sustainment:
    return Sustainment(weeks=weeks, proportion=counts.proportion(f"job_sustainment.{weeks}"))

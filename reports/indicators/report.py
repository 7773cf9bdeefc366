"""All indicators of one scope and one window: what pages, stored runs, exports and the command show."""

from dataclasses import dataclass

from reports.indicators import cohort, employment, first_job, flow
from reports.indicators.counting import Counts, Figure, Part, count
from reports.indicators.facts import observed
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.flow import Flow, flow_of
from reports.indicators.proportion import Proportion
from reports.indicators.scope import ReportWindow, Scope

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
    """Compute every figure, in one statement whatever the number of trajectories."""
    rows = first_job.with_durations(observed(scope, window), window)
    counts = count(rows, all_figures(window), **first_job.DURATIONS)
    return PlacementReport(
        scope=scope,
        window=window,
        flow=flow_of(counts),
        **{figure.key: counts.proportion(figure.key) for figure in employment.figures(window)},
        cohort_placement_rate=tuple(_cohort_rate(counts, months) for months in cohort.HORIZONS_IN_MONTHS),
        job_sustainment=tuple(_sustainment(counts, weeks) for weeks in cohort.HORIZONS_IN_WEEKS),
        time_to_first_job=first_job.estimate(**{name: counts.row[name] for name in first_job.DURATIONS}),
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

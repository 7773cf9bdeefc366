"""All indicators of one scope and one window: what pages, stored runs, exports and the command show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from reports.indicators import cohort, employment, first_job, flow
from reports.indicators.counting import Counts, counting, counts_of, counts_of_groups
from reports.indicators.facts import observed
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.flow import Flow, flow_of
from reports.indicators.proportion import Proportion, proportions
from reports.indicators.scope import WHOLE_ORGANISATION, ReportWindow, Scope
from reports.indicators.statement import Statement
from staff.models import Team

DEFINITION_VERSION = "2026-2"

# Every count and proportion of the report by its key, in the order in which a report shows them.
FIGURES = {figure.key: figure for figure in (*flow.FIGURES, *employment.FIGURES, *cohort.FIGURES)}
RATES = {key: figure for key, figure in FIGURES.items() if figure.numerator}

ReportPart = Flow | Proportion | TimeToFirstJob


@dataclass(frozen=True, kw_only=True)
class PlacementReport:
    """The figures of domain.md, section 5; `rates` by their keys, `scope` by its codes.

    Of what a reader may see, rates may be absent or hidden, `flow` and `first_job` None: see
    `reports.small_numbers`.
    """

    definition_version: str
    period_from: date
    period_to: date
    as_of: date
    scope: Mapping[str, str | None]
    flow: Flow | None
    rates: Mapping[str, Proportion]
    first_job: TimeToFirstJob | None
    is_division: bool = False

    def parts(self) -> dict[str, ReportPart]:
        """What can move between two revisions, under the keys of domain.md, section 5."""
        found = {"flow": self.flow, **self.rates, "time_to_first_job": self.first_job}
        return {key: part for key, part in found.items() if part is not None}


def placement_report(scope: Scope, window: ReportWindow) -> PlacementReport:
    """Compute every figure of one scope, in one statement whatever the number of trajectories."""
    return _reports({scope: _counted(scope, window)}, window)[scope]


def report_without_estimates(scope: Scope, window: ReportWindow) -> tuple[PlacementReport, dict[str, Any]]:
    """The same without `first_job`, and with what that is estimated from.

    For a web process, which loads no library for statistics (ADR 56).
    """
    counts = _counted(scope, window)
    rates = proportions([counts.tally(figure) for figure in RATES.values()])
    report = _report(scope, window, counts, dict(zip(RATES, rates, strict=True)), None)
    return report, first_job.observations(counts)


def estimated(observed: Mapping[str, Any]) -> TimeToFirstJob:
    """`first_job` of what `report_without_estimates` counted. For the worker and for commands."""
    # Imported here: a process that estimates nothing must not load the statistics libraries.
    from reports.indicators.estimators import time_to_first_job  # noqa: PLC0415

    return time_to_first_job(**observed)


def _counted(scope: Scope, window: ReportWindow) -> Counts:
    return counts_of(_statement(scope, window))


# Writing one takes the ORM longer than PostgreSQL needs to count a team, and pages ask for the same again.
@lru_cache(maxsize=128)
def _statement(scope: Scope, window: ReportWindow, by: tuple[str, ...] = ()) -> Statement:
    return counting(
        observed(scope, window),
        FIGURES.values(),
        window,
        gathered=first_job.durations(window),
        marks=first_job.followed(window),
        by=by,
    )


def placement_reports(window: ReportWindow) -> dict[Scope, PlacementReport]:
    """The same of the whole organisation and of every team, funder and target group with data.

    Alone and combined, in one statement for all; the whole comes first. Where a field is unknown it makes
    no scope: those trajectories count in the whole only.
    """
    by = ("team_id", "funder", "target_group")
    groups = counts_of_groups(_statement(WHOLE_ORGANISATION, window, by))
    teams = Team.objects.in_bulk()
    found = {}
    for counts in groups:
        if all(counts.group.values()):
            chosen = dict(counts.group)
            found[Scope(team=teams.get(chosen.pop("team_id", None)), **chosen)] = counts
    return _reports({scope: found[scope] for scope in sorted(found, key=lambda scope: scope.order)}, window)


def _reports(found: Mapping[Scope, Counts], window: ReportWindow) -> dict[Scope, PlacementReport]:
    """The report of each scope."""
    tallies = [counts.tally(figure) for counts in found.values() for figure in RATES.values()]
    rates = iter(proportions(tallies))
    return {
        scope: _report(
            scope,
            window,
            counts,
            {key: next(rates) for key in RATES},
            estimated(first_job.observations(counts)),
        )
        for scope, counts in found.items()
    }


def _report(
    scope: Scope,
    window: ReportWindow,
    counts: Counts,
    rates: Mapping[str, Proportion],
    curve: TimeToFirstJob | None,
) -> PlacementReport:
    return PlacementReport(
        definition_version=DEFINITION_VERSION,
        period_from=window.period_from,
        period_to=window.period_to,
        as_of=window.as_of,
        scope=scope.codes,
        flow=flow_of(counts),
        rates=rates,
        first_job=curve,
    )

"""A report without its small numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from reports.indicators.cohort import HORIZONS_IN_MONTHS
from reports.indicators.employment import PERIOD, PERIOD_NEW, POINT
from reports.indicators.figure import Block
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import HIDDEN, Proportion
from reports.indicators.report import FIGURES, PlacementReport
from reports.small_numbers.counts import INSIDE, is_small
from reports.small_numbers.lattice import (
    Group,
    Together,
    groups_of_curve,
    groups_of_first_job,
    groups_of_flow,
    groups_of_rate,
    quarter_number,
)

# The figures of one page, the leading ones first: of two that do not go together the later is hidden.
_ORDER = tuple(sorted(FIGURES, key=lambda key: (key == PERIOD_NEW, [*Block].index(FIGURES[key].block))))


def hide_small(
    report: PlacementReport,
    *,
    threshold: int = INSIDE,
    before: PlacementReport | None = None,
    beside: Sequence[Group] = (),
) -> PlacementReport:
    """The report with every number from 1 up to `threshold` hidden, and without what answers are missing.

    A hidden number is None, and its figure says that it is hidden. So is a number from which a hidden one
    follows: of two figures side by side the difference is a number of people too, also with `before`, the
    quarter before, and `beside`, what was shown of earlier years. What follows over teams, funders and
    target groups is for `reports.small_numbers.counts`.
    """
    few_moved = _few_came_or_went(report, threshold)
    shown = replace(
        report,
        flow=report.flow and _hide_flow(report, before, threshold, few_moved=few_moved),
        rates={
            key: HIDDEN
            if few_moved and FIGURES[key].is_of_period
            else hide_small_proportion(rate, threshold=threshold).without_bounds
            for key, rate in report.rates.items()
        },
        first_job=report.first_job and _hide_first_job(report.first_job, threshold),
    )
    return _hide_differences(shown, threshold, beside)


def groups_of_cohorts(shown: PlacementReport) -> list[Group]:
    """What a report tells of those who started without work: it can be laid beside that of another year."""
    quarter = quarter_number(shown.as_of)
    found = [
        group
        for key, rate in shown.rates.items()
        if FIGURES[key].horizon
        for group in groups_of_rate(key, rate, quarter)
    ]
    return [*found, *(groups_of_first_job(shown.first_job, quarter) if shown.first_job else [])]


def hide_small_proportion(found: Proportion, *, threshold: int = INSIDE) -> Proportion:
    """One proportion, without its numerator and rate when few people did, or did not, belong to it."""
    if is_small(found.not_yet_mature or 0, threshold):  # all of the cohort less those who can tell
        return HIDDEN
    denominator = found.denominator or 0
    if not any(is_small(count, threshold) for count in (*found.parts.values(), denominator)):
        return found
    return replace(
        HIDDEN,
        denominator=None if is_small(denominator, threshold) else denominator,
        not_yet_mature=found.not_yet_mature,
    )


def _hide_differences(shown: PlacementReport, threshold: int, beside: Sequence[Group]) -> PlacementReport:
    """Hide the later of two numbers between which few people lie (49 of 128 beside 45 of 122: 4 and 2)."""
    together, quarter = Together(threshold), quarter_number(shown.as_of)
    for group in beside:
        together.takes([group])
    rates = {
        key: rate if together.takes(groups_of_rate(key, rate, quarter)) else HIDDEN
        for key, rate in sorted(shown.rates.items(), key=lambda item: _ORDER.index(item[0]))
    }
    flow, first_job = shown.flow, shown.first_job
    if flow and not together.takes(groups_of_flow(flow, quarter)):
        flow = Flow(running=None, started=None, ended=None, is_hidden=True)
    if first_job and not together.takes(groups_of_first_job(first_job, quarter)):
        first_job = _nothing_of(first_job)
    if first_job and first_job.n:
        n = first_job.n
        first_job = replace(
            first_job,
            cumulative_incidence=tuple(
                point
                if point.value is None or together.takes(groups_of_curve(months, point.value, n, quarter))
                else replace(point, value=None, is_hidden=True)
                for months, point in zip(HORIZONS_IN_MONTHS, first_job.cumulative_incidence, strict=True)
            ),
        )
    return replace(shown, flow=flow, rates={key: rates[key] for key in shown.rates}, first_job=first_job)


def _nothing_of(found: TimeToFirstJob) -> TimeToFirstJob:
    return replace(
        found,
        n=None,
        events=None,
        ended_without_job=None,
        median_days=None,
        km_median_days=None,
        median_days_placed=None,
        cumulative_incidence=tuple(
            replace(point, value=None, is_hidden=True) for point in found.cumulative_incidence
        ),
        is_hidden=True,
    )


def _few_came_or_went(report: PlacementReport, threshold: int) -> bool:
    """The clients of a period, less those who run on its last day, are those who left."""
    moved = [report.flow.started, report.flow.ended] if report.flow else []
    if {PERIOD, POINT} <= report.rates.keys():
        in_period, at_end = report.rates[PERIOD], report.rates[POINT]
        moved.append((in_period.denominator or 0) - (at_end.denominator or 0))
    return any(is_small(count or 0, threshold) for count in moved)


def _hide_flow(
    report: PlacementReport, before: PlacementReport | None, threshold: int, *, few_moved: bool
) -> Flow:
    """Who started and who ended together: with those who run, the one tells the other.

    Who ends on the last day runs on it as well: such a few are told by all who ended, beside those who do
    not run any more, and by all who started, beside those who came on top of who ran before.
    """
    flow = cast(Flow, report.flow)
    running = None if is_small(flow.running or 0, threshold) else flow.running
    if few_moved:
        return Flow(running=running, started=None, ended=None, is_hidden=True)
    started, ended = flow.started, flow.ended
    in_period, at_end = _clients(report, PERIOD), _clients(report, POINT)
    ran = _clients(before, POINT) if before else None
    if _is_told(threshold, ended, at_end, in_period):
        ended = None
    if _is_told(threshold, started, ran, in_period):
        started = None
    return Flow(running=running, started=started, ended=ended, is_hidden=None in (running, started, ended))


def _is_told(threshold: int, moved: int | None, stayed: int | None, everybody: int | None) -> bool:
    """Whether few people are counted twice: among those who moved and among those who stayed."""
    if moved is None or stayed is None or everybody is None:
        return False
    return is_small(moved + stayed - everybody, threshold)


def _clients(report: PlacementReport, key: str) -> int | None:
    return report.rates[key].denominator if key in report.rates else None


def _hide_first_job(found: TimeToFirstJob, threshold: int) -> TimeToFirstJob:
    """Without the curve as well when one of the groups under it is small."""
    counts = {name: getattr(found, name) or 0 for name in ("n", "events", "ended_without_job")}
    waiting = counts["n"] - counts["events"] - counts["ended_without_job"]
    is_hidden = found.is_hidden or any(is_small(count, threshold) for count in (*counts.values(), waiting))
    found = found.without_followed
    points = tuple(
        replace(point, value=None, is_hidden=True)
        # A point of the curve that stands for a handful of people tells their number.
        if is_hidden or is_small(round((point.value or 0) * counts["n"]), threshold)
        else point
        for point in found.cumulative_incidence
    )
    if not is_hidden:
        return replace(found, cumulative_incidence=points)
    known = {name: getattr(found, name) for name in counts}
    shown = {name: None if is_small(count or 0, threshold) else count for name, count in known.items()}
    return TimeToFirstJob(
        **shown,
        median_days=None,
        km_median_days=None,
        median_days_placed=None,
        cumulative_incidence=points,
        is_hidden=True,
        is_without_median=found.is_without_median,
    )

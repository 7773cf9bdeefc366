"""A report without its small numbers."""

from dataclasses import replace
from itertools import combinations

from reports.indicators.employment import PERIOD, PERIOD_NEW, POINT, SUSTAINED
from reports.indicators.figure import Block
from reports.indicators.first_job import TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import HIDDEN, Proportion
from reports.indicators.report import FIGURES, PlacementReport
from reports.small_numbers.counts import INSIDE, is_small

# Pairs on one page of which the people of the second are among those of the first, the leading one first.
_SIDE_BY_SIDE = (
    (PERIOD, PERIOD_NEW),
    (PERIOD, POINT),
    (PERIOD, SUSTAINED),
    (POINT, SUSTAINED),
    *combinations([key for key, figure in FIGURES.items() if figure.block is Block.COHORT], 2),
    *combinations([key for key, figure in FIGURES.items() if figure.block is Block.SUSTAINMENT], 2),
)


def hide_small(report: PlacementReport, *, threshold: int = INSIDE) -> PlacementReport:
    """The report with every number from 1 up to `threshold` hidden, and without what answers are missing.

    A hidden number is None, and its figure says that it is hidden. So is a number from which a hidden one
    follows within the report: of two figures side by side the difference is a number of people too. What
    follows over teams, funders and target groups is for `reports.small_numbers.counts`.
    """
    few_moved = _few_came_or_went(report, threshold)
    shown = replace(
        report,
        flow=report.flow and _hide_flow(report.flow, threshold, few_moved=few_moved),
        rates={
            key: HIDDEN
            if few_moved and FIGURES[key].is_of_period
            else hide_small_proportion(rate, threshold=threshold).without_bounds
            for key, rate in report.rates.items()
        },
        first_job=report.first_job and _hide_first_job(report.first_job, threshold),
    )
    return _hide_differences(shown, threshold)


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


def _hide_differences(shown: PlacementReport, threshold: int) -> PlacementReport:
    """Hide the later of two figures between which few people lie (49 of 128 beside 45 of 122: 4 and 2)."""
    rates = dict(shown.rates)
    for wide, narrow in _SIDE_BY_SIDE:
        if wide in rates and narrow in rates:
            given, asked = (_shown_counts(rates[key]) for key in (wide, narrow))
            names = given.keys() & asked.keys()
            if FIGURES[narrow].horizon and given.get("all") != asked.get("all"):
                names &= {"all"}  # of other people: who found a job among them is no part of the former
            if any(is_small(given[name] - asked[name], threshold) for name in names):
                rates[narrow] = HIDDEN
    flow, point = shown.flow, rates.get(POINT)
    twice = (
        (flow.running or 0) - (point.denominator or 0) if flow and point else 0
    )  # trajectories less clients
    if flow and flow.running and point and point.denominator and is_small(twice, threshold):
        flow = replace(flow, running=None, is_hidden=True)
    return replace(shown, flow=flow, rates=rates)


def _shown_counts(found: Proportion) -> dict[str, int]:
    """What can be read of one proportion: for how many it holds, for how many not, and both together."""
    if found.denominator is None:
        return {}
    whole = {"all": found.denominator}
    return whole if found.numerator is None else {**whole, **found.parts}


def _few_came_or_went(report: PlacementReport, threshold: int) -> bool:
    """The clients of a period, less those who run on its last day, are those who left."""
    moved = [report.flow.started, report.flow.ended] if report.flow else []
    if {PERIOD, POINT} <= report.rates.keys():
        in_period, at_end = report.rates[PERIOD], report.rates[POINT]
        moved.append((in_period.denominator or 0) - (at_end.denominator or 0))
    return any(is_small(count or 0, threshold) for count in moved)


def _hide_flow(flow: Flow, threshold: int, *, few_moved: bool) -> Flow:
    """Who started and who ended together: with those who run, the one tells the other."""
    running = None if is_small(flow.running or 0, threshold) else flow.running
    if few_moved:
        return Flow(running=running, started=None, ended=None, is_hidden=True)
    return replace(flow, running=running, is_hidden=running is None)


def _hide_first_job(found: TimeToFirstJob, threshold: int) -> TimeToFirstJob:
    """Without the curve as well when one of the groups under it is small."""
    counts = {name: getattr(found, name) or 0 for name in ("n", "events", "ended_without_job")}
    waiting = counts["n"] - counts["events"] - counts["ended_without_job"]
    is_hidden = any(is_small(count, threshold) for count in (*counts.values(), waiting))
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
    shown = {name: None if is_small(count, threshold) else count for name, count in counts.items()}
    return TimeToFirstJob(
        **shown,
        median_days=None,
        km_median_days=None,
        median_days_placed=None,
        cumulative_incidence=points,
        is_hidden=True,
        is_without_median=found.is_without_median,
    )

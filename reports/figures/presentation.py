"""Figures as pages and files show them: numbers, intervals, words and, for a team, the people behind them.

It starts from typed figures, stored or just computed, in which small numbers may be hidden.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsplatform.common.texts import Text
from reports.figures.charts import curve_chart
from reports.figures.display import capitalised, days_text, is_whole_quarter, percent
from reports.indicators import first_job
from reports.indicators.figure import Benchmark, Block, Figure, FigurePart, Words
from reports.indicators.first_job import CumulativeIncidence, TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import Proportion
from reports.indicators.report import FIGURES, PlacementReport, ReportPart

# The address of the people behind a part of a figure, or nothing for readers who may not see them.
PeopleUrl = Callable[[str, FigurePart], str]


@dataclass(frozen=True, slots=True)
class Number:
    """A count, or why there is none, with the people behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure, ready to show. `value` is None when there was nothing to count or it is hidden.

    `bounds` says how far missing answers could move it, and leads to the people whom they are about. A bare
    count has a denominator only.
    """

    key: str
    label: Text
    denominator: Number
    numerator: Number | None = None
    value: str | None = None
    low: str | None = None
    high: str | None = None
    left_out: Number | None = None
    bounds: Number | None = None
    is_hidden: bool = False
    is_withheld: bool = False
    benchmark: str = ""
    benchmark_lines: list[str]
    definition: Text
    source: Text


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What is known so many days after the enrolment."""

    days: str
    rate: str
    followed: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstJobView:
    """How long until the first job. `median` is empty for a definition that had none."""

    n: Number
    events: Number
    ended_without_job: Number
    median: str
    km_median: str
    median_placed: str
    points: list[CurvePoint]
    has_followed: bool
    words: dict[str, Words]
    curve_definition: Text
    title: str
    svg: str
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """The blocks of a report: cross-sections and cohorts stay apart, each under its own name.

    Of a division (one team, funder or target group) readers outside the team get few of them, and may
    find all of those withheld.
    """

    flow: list[FigureLine]
    period: list[FigureLine]
    point: list[FigureLine]
    cohort: list[FigureLine]
    sustainment: list[FigureLine]
    first_job: FirstJobView | None
    has_hidden: bool
    is_division: bool
    is_withheld: bool


def report_view(report: PlacementReport, people: PeopleUrl) -> ReportView:
    """Everything that a page shows of one scope."""
    is_quarter = is_whole_quarter(report.period_from, report.period_to)
    lines = {key: count_line(FIGURES[key], count, people) for key, count in flow_counts(report).items()}
    lines |= {
        key: proportion_line(FIGURES[key], rate, people, is_quarter=is_quarter, decimals=1)
        for key, rate in report.rates.items()
    }
    view = _first_job(report.first_job) if report.first_job else None
    return ReportView(
        **{
            block.value: [line for key, line in lines.items() if FIGURES[key].block is block]
            for block in Block
        },
        first_job=view,
        has_hidden=bool(view and view.is_hidden) or any(line.is_hidden for line in lines.values()),
        is_division=report.is_division,
        is_withheld=all(line.is_withheld for line in lines.values()),
    )


def flow_counts(report: PlacementReport) -> dict[str, int | None]:
    """The bare counts that are there for this reader; None where the number is hidden."""
    return {
        key: getattr(report.flow, key.partition(".")[2])
        for key, figure in FIGURES.items()
        if report.flow and not figure.numerator
    }


def proportion_line(
    figure: Figure,
    found: Proportion,
    people: PeopleUrl,
    *,
    is_quarter: bool,
    label: str = "",
    decimals: int = 0,
) -> FigureLine:
    """A proportion, over a whole quarter or not, under its own name or one that says the period."""
    words = figure.texts
    known = _number(figure, FigurePart.NUMERATOR, found, people)
    return FigureLine(
        key=figure.key,
        label=label or words.label,
        value=percent(found.exact, decimals=decimals),
        low=percent(found.ci_low, decimals=decimals),
        high=percent(found.ci_high, decimals=decimals),
        numerator=Number(hidden_text()) if found.is_hidden else known,
        denominator=_number(figure, FigurePart.DENOMINATOR, found, people),
        left_out=_number(figure, FigurePart.LEFT_OUT, found, people) if figure.left_out else None,
        bounds=_bounds(figure, found, people, decimals),
        is_hidden=found.is_hidden,
        is_withheld=found.is_withheld,
        benchmark=benchmark_text(figure, is_quarter=is_quarter),
        benchmark_lines=benchmark_lines(figure, is_quarter=is_quarter),
        definition=words.definition,
        source=words.source,
    )


def count_line(figure: Figure, count: int | None, people: PeopleUrl) -> FigureLine:
    """A bare count; None is hidden."""
    words = figure.texts
    return FigureLine(
        key=figure.key,
        label=words.label,
        denominator=Number(count_text(count), people(figure.key, FigurePart.DENOMINATOR)),
        is_hidden=count is None,
        benchmark_lines=[],
        definition=words.definition,
        source=words.source,
    )


def part_text(part: ReportPart | None) -> str:
    """A part of a report on one line: 26 of 68 (38,2%)."""
    if part is None:
        return "–"
    if isinstance(part, Proportion):
        return _proportion_text(part)
    if isinstance(part, TimeToFirstJob):
        return hidden_text() if part.is_hidden else _first_job_text(part)
    return _flow_text(part)


def part_label(key: str) -> str:
    """What a part of a report is called."""
    if key == "flow":
        return _("Coming and going")
    return _("Time until the first job") if key == "time_to_first_job" else str(FIGURES[key].texts.label)


def regular_work() -> str:
    """The three conditions of regular paid work (domain.md, section 2)."""
    return _(
        "Regular paid work: anyone could apply, at least the legal minimum and the normal wage, and an "
        "ordinary employer or genuine self-employment."
    )


def benchmark_text(figure: Figure, *, is_quarter: bool) -> str:
    """The published figure of the same definition, or the middle one of several; empty when there is none."""
    known = sorted(_comparable(figure, is_quarter), key=lambda benchmark: benchmark.rate)
    if not known:
        return ""
    benchmark = known[len(known) // 2]
    return _("%(name)s: %(rate)s, same definition") % {
        "name": capitalised(str(benchmark.name)),
        "rate": percent(benchmark.rate),
    }


def benchmark_lines(figure: Figure, *, is_quarter: bool) -> list[str]:
    """Every published figure of the same definition, with its source."""
    return [
        f"{capitalised(str(benchmark.name))}: {percent(benchmark.rate)} ({benchmark.source})"
        for benchmark in _comparable(figure, is_quarter)
    ]


def count_text(count: float | None) -> str:
    """A number with its thousands, or that it is hidden."""
    return hidden_text() if count is None else number_format(count, use_l10n=True, force_grouping=True)


def hidden_text() -> str:
    """The text in place of a small number, and of one from which a small number follows."""
    return _("hidden")


def withheld_text() -> str:
    """The text in place of a figure of a team, funder or target group that is not shared."""
    return _("not shown: numbers too small to publish")


def _comparable(figure: Figure, is_quarter: bool) -> tuple[Benchmark, ...]:
    """A rate over a period grows with the length of the period: the published ones are of quarters."""
    return () if figure.is_of_period and not is_quarter else figure.benchmarks


def _number(figure: Figure, part: FigurePart, found: Proportion, people: PeopleUrl) -> Number:
    counts = {
        FigurePart.NUMERATOR: found.numerator,
        FigurePart.DENOMINATOR: found.denominator,
        FigurePart.LEFT_OUT: found.not_yet_mature,
    }
    return Number(count_text(counts[part]), people(figure.key, part))


def _bounds(figure: Figure, found: Proportion, people: PeopleUrl, decimals: int) -> Number | None:
    if found.bounds is None:
        return None
    worst, best = (percent(rate, decimals=decimals) for rate in found.bounds)
    part = FigurePart.UNKNOWN if found.unknown else FigurePart.DOUBTFUL
    missing = (found.unknown or 0) + (found.doubtful or 0)
    text = ngettext(
        "with %(count)s unknown answer between %(worst)s and %(best)s",
        "with %(count)s unknown answers between %(worst)s and %(best)s",
        missing,
    ) % {"count": missing, "worst": worst, "best": best}
    return Number(text, people(figure.key, part))


def _proportion_text(found: Proportion) -> str:
    if found.is_withheld or found.is_hidden:
        return withheld_text() if found.is_withheld else hidden_text()
    known = {"numerator": found.numerator, "denominator": found.denominator}
    text = _("%(numerator)s of %(denominator)s") % known
    rate = percent(found.exact, decimals=1)
    return f"{text} ({rate})" if rate else text


def _flow_text(flow: Flow) -> str:
    known = {"running": flow.running, "started": flow.started, "ended": flow.ended}
    if flow.is_hidden:
        return hidden_text()
    return _("%(running)s running, %(started)s started, %(ended)s ended") % known


def _first_job_text(found: TimeToFirstJob) -> str:
    median = found.km_median_days if found.is_without_median else found.median_days
    known = {"n": found.n, "events": found.events, "median": median}
    if known["median"] is None:
        return _("%(events)s of %(n)s placed, median not reached") % known
    return _("%(events)s of %(n)s placed, median %(median)s days") % known


def _first_job(found: TimeToFirstJob) -> FirstJobView:
    words = first_job.words()
    points = found.cumulative_incidence
    return FirstJobView(
        n=Number(count_text(found.n)),
        events=Number(count_text(found.events)),
        ended_without_job=Number(count_text(found.ended_without_job)),
        median="" if found.is_without_median else median_text(found, found.median_days),
        km_median=median_text(found, found.km_median_days),
        median_placed=_median(found, found.median_days_placed, "–"),
        points=[_curve_point(point, found) for point in points],
        has_followed=any(point.followed is not None for point in points),
        words=words,
        curve_definition=words["cumulative_incidence.365"].definition,
        title=_incidence_title(points),
        svg=_incidence_svg(points),
        is_hidden=any(point.is_hidden for point in points),
    )


def median_text(found: TimeToFirstJob, days: float | None) -> str:
    """A number of days, or why there is none: half was not reached, or it is too early to tell."""
    return _median(found, days, too_early_text() if found.is_too_early else _("not reached"))


def too_early_text() -> str:
    """The text where nobody has been followed for so long yet."""
    return _("too early to tell")


def _curve_point(point: CumulativeIncidence, found: TimeToFirstJob) -> CurvePoint:
    return CurvePoint(
        days=days_text(point.days) or "",
        rate=point_text(point, found) or percent(point.value, decimals=1) or "–",
        followed=count_text(point.followed),
        waiting=count_text(point.waiting),
    )


def point_text(point: CumulativeIncidence, found: TimeToFirstJob) -> str:
    """Why a point of the curve has no value; empty when it has, or when there is nobody at all."""
    if point.is_hidden:
        return hidden_text()
    return too_early_text() if found.n and point.is_too_early else ""


def _median(found: TimeToFirstJob, days: float | None, otherwise: str) -> str:
    if found.is_hidden:
        return hidden_text()
    if not found.n:
        return "–"
    return days_text(days) or otherwise


def _incidence_svg(points: tuple[CumulativeIncidence, ...]) -> str:
    known = [(point.days, point.value) for point in points if point.value is not None]
    return curve_chart(points=[(0, 0.0), *known], title=_incidence_title(points)) if known else ""


def _incidence_title(points: tuple[CumulativeIncidence, ...]) -> str:
    """The message of the curve: where it stands after a year."""
    year = {point.days: point.value for point in points}.get(365)
    if year is None:
        return _("Share with a first job, by day since enrolment")
    return _("%(rate)s had a first job within a year") % {"rate": percent(year)}

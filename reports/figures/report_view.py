"""A report as pages show it: blocks of figures with their words, intervals and, for a team, their people.

It starts from the object of the report contract (domain.md, section 11), stored or just computed, in which
small numbers may be hidden.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reports.figures.charts import curve_chart
from reports.figures.display import days_text, is_whole_quarter, percent
from reports.figures.wording import Wording, benchmark_lines, benchmark_text, first_job_wording, wording
from reports.indicators.counting import Part

# The address of the people behind a part of a figure, or nothing for who may not see them.
PeopleUrl = Callable[[str, Part], str]


@dataclass(frozen=True, slots=True)
class Number:
    """A count, or why there is none, with the people behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure of a report. `value` is None when there was nothing to count or it is hidden."""

    key: str
    label: str
    value: str | None
    low: str | None
    high: str | None
    numerator: Number | None
    denominator: Number
    left_out: Number | None
    is_hidden: bool
    is_withheld: bool
    benchmark: str
    benchmark_lines: list[str]
    definition: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstJobView:
    """How long until the first job."""

    n: Number
    events: Number
    ended_without_job: Number
    km_median: str
    median_placed: str
    points: list[tuple[str, str]]
    words: dict[str, Wording]
    curve_definition: str
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
    is_without_period: bool
    is_withheld: bool


def report_view(figures: Mapping[str, object], people: PeopleUrl) -> ReportView:
    """Everything that a page shows of one scope."""
    period = figures["period"]
    is_quarter = is_whole_quarter(date.fromisoformat(period["from"]), date.fromisoformat(period["to"]))
    blocks = {
        name: [_share_line(key, row, people, is_quarter=is_quarter) for key, row in rows]
        for name, rows in _shares(figures).items()
    }
    flow = [
        _count_line(f"flow.{name}", figures["flow"][name], people)
        for name in ("running", "started", "ended")
        if name in figures["flow"]
    ]
    first_job = _first_job(figures["time_to_first_job"]) if "time_to_first_job" in figures else None
    lines = [line for block in (flow, *blocks.values()) for line in block]
    return ReportView(
        flow=flow,
        **blocks,
        first_job=first_job,
        has_hidden=bool(first_job and first_job.is_hidden) or any(line.is_hidden for line in lines),
        is_division="is_division" in figures,
        is_without_period="is_without_period" in figures,
        is_withheld=all(line.is_withheld for line in lines),
    )


def _shares(figures: Mapping[str, object]) -> dict[str, list[tuple[str, Mapping]]]:
    """The shares of each block that are there for this reader."""
    crosswise = {
        "period": ("period_employment_rate", "period_employment_rate_new"),
        "point": ("point_employment_rate", "point_sustained_rate"),
    }
    shares = {
        block: [(key, figures[key]) for key in keys if key in figures] for block, keys in crosswise.items()
    }
    for block, key, horizon in (
        ("cohort", "cohort_placement_rate", "months"),
        ("sustainment", "job_sustainment", "weeks"),
    ):
        shares[block] = [(f"{key}.{row[horizon]}", row) for row in figures.get(key, ())]
    return shares


def count_text(count: float | None) -> str:
    """A number with its thousands, or that it is hidden."""
    return hidden_text() if count is None else number_format(count, use_l10n=True, force_grouping=True)


def hidden_text() -> str:
    """What stands for a small number, and for one from which a small number follows."""
    return _("hidden")


def withheld_text() -> str:
    """What stands for a figure of a team, funder or target group that is not shared."""
    return _("not shown: numbers too small to share")


def _share_line(key: str, share: Mapping, people: PeopleUrl, *, is_quarter: bool) -> FigureLine:
    words = wording(key)
    is_hidden = bool(share.get("hidden"))
    numerator = hidden_text() if is_hidden else count_text(share["numerator"])
    left_out = share.get("not_yet_mature", 0)
    return FigureLine(
        key=key,
        label=words.label,
        value=percent(share["rate"], decimals=1),
        low=percent(share["ci_low"], decimals=1),
        high=percent(share["ci_high"], decimals=1),
        numerator=Number(numerator, "" if is_hidden else people(key, Part.NUMERATOR)),
        denominator=Number(count_text(share["denominator"]), people(key, Part.DENOMINATOR)),
        left_out=Number(count_text(left_out), people(key, Part.LEFT_OUT))
        if "not_yet_mature" in share
        else None,
        is_hidden=(is_hidden or left_out is None) and not share.get("withheld"),
        is_withheld=bool(share.get("withheld")),
        benchmark=benchmark_text(key, is_quarter=is_quarter),
        benchmark_lines=benchmark_lines(key, is_quarter=is_quarter),
        definition=words.definition,
        source=words.source,
    )


def _count_line(key: str, count: int | None, people: PeopleUrl) -> FigureLine:
    words = wording(key)
    return FigureLine(
        key=key,
        label=words.label,
        value=None,
        low=None,
        high=None,
        numerator=None,
        denominator=Number(count_text(count), people(key, Part.DENOMINATOR)),
        left_out=None,
        is_hidden=count is None,
        is_withheld=False,
        benchmark="",
        benchmark_lines=[],
        definition=words.definition,
        source=words.source,
    )


def _first_job(figure: Mapping) -> FirstJobView:
    words = first_job_wording()
    all_hidden = bool(figure.get("hidden"))
    points = [
        {**point, "hidden": all_hidden or point.get("hidden")} for point in figure["cumulative_incidence"]
    ]
    return FirstJobView(
        n=Number(count_text(figure["n"])),
        events=Number(count_text(figure["events"])),
        ended_without_job=Number(count_text(figure["ended_without_job"])),
        km_median=_median(figure["km_median_days"], figure, _("not reached")),
        median_placed=_median(figure["median_days_placed"], figure, "–"),
        points=[(days_text(point["days"]), _point_text(point)) for point in points],
        words=words,
        curve_definition=words["cumulative_incidence.365"].definition,
        title=_incidence_title(points),
        svg=_incidence_svg(points),
        is_hidden=any(point["hidden"] for point in points),
    )


def _median(days: float | None, figure: Mapping, otherwise: str) -> str:
    if figure.get("hidden"):
        return hidden_text()
    if not figure["n"]:
        return "–"
    return days_text(days) or otherwise


def _point_text(point: Mapping) -> str:
    if point["value"] is None:
        return hidden_text() if point.get("hidden") else "–"
    return percent(point["value"], decimals=1)


def _incidence_svg(points: list[Mapping]) -> str:
    known = [(point["days"], point["value"]) for point in points if point["value"] is not None]
    return curve_chart(points=[(0, 0.0), *known], title=_incidence_title(points)) if known else ""


def _incidence_title(points: list[Mapping]) -> str:
    """The message of the curve: where it stands after a year."""
    year = {point["days"]: point["value"] for point in points}.get(365)
    if year is None:
        return _("Share with a first job, by day since enrolment")
    return _("%(rate)s had a first job within a year") % {"rate": percent(year)}

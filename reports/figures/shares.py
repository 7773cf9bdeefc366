"""A proportion as pages show it: the number, its interval, whom it counts, and what it means."""

from dataclasses import dataclass

from reports.figures.display import is_whole_quarter, percent
from reports.figures.links import people_url
from reports.figures.wording import benchmark_lines, benchmark_text, wording
from reports.indicators.counting import Part
from reports.indicators.proportion import Proportion
from reports.indicators.scope import ReportWindow, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Texts that are ready to show. Without addresses the people behind it are not for this reader."""

    label: str
    value: str | None
    low: str | None
    high: str | None
    numerator: int
    denominator: int
    numerator_url: str
    denominator_url: str
    benchmark: str
    benchmark_lines: list[str]
    definition: str
    source: str


def linked_share(
    key: str, proportion: Proportion, *, scope: Scope, window: ReportWindow, label: str
) -> Share:
    """A share of a team whose people the reader may see, under a name that says the period."""
    words = wording(key)
    is_quarter = is_whole_quarter(window.period_from, window.period_to)
    return Share(
        label=label,
        value=percent(proportion.rate),
        low=percent(proportion.ci_low),
        high=percent(proportion.ci_high),
        numerator=proportion.numerator,
        denominator=proportion.denominator,
        numerator_url=people_url(key, Part.NUMERATOR, scope, window),
        denominator_url=people_url(key, Part.DENOMINATOR, scope, window),
        benchmark=benchmark_text(key, is_quarter=is_quarter),
        benchmark_lines=benchmark_lines(key, is_quarter=is_quarter),
        definition=words.definition,
        source=words.source,
    )

"""The same figures over consecutive quarters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from reports.indicators import employment, flow
from reports.indicators.counting import counting, counts_of
from reports.indicators.facts import observed
from reports.indicators.flow import Flow
from reports.indicators.proportion import Proportion, proportions
from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.statement import Statement

RATES = [figure for figure in employment.FIGURES if figure.key in (employment.PERIOD, employment.POINT)]


@dataclass(frozen=True, kw_only=True)
class TrendPoint:
    """One quarter; the running quarter counts until today."""

    window: ReportWindow
    flow: Flow
    rates: Mapping[str, Proportion]

    @property
    def label(self) -> str:
        """The name of the quarter, such as "2026 Q3"."""
        return quarter_label(self.window.period_from)


def trend(scope: Scope, *, until: date, quarters: int) -> tuple[TrendPoint, ...]:
    """The last `quarters` quarters, oldest first; the last one contains `until`. One statement each."""
    return tuple(_point(scope, window) for window in quarters_until(until, quarters))


def quarters_until(day: date, number: int) -> tuple[ReportWindow, ...]:
    """The quarter that contains `day` and those before it, oldest first."""
    windows: list[ReportWindow] = []
    for _ in range(number):
        first, last = quarter_of(day)
        windows.append(ReportWindow.of(first, last))
        day = first - timedelta(days=1)
    return tuple(reversed(windows))


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter that contains `day`."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, _first_of_month(first + timedelta(days=95)) - timedelta(days=1)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month that contains `day`."""
    first = _first_of_month(day)
    return first, _first_of_month(first + timedelta(days=31)) - timedelta(days=1)


def quarter_label(day: date) -> str:
    """The quarter that contains `day`, such as "2026 Q3"."""
    return f"{day.year} Q{(day.month + 2) // 3}"


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _point(scope: Scope, window: ReportWindow) -> TrendPoint:
    counts = counts_of(_statement(scope, window))
    return TrendPoint(
        window=window,
        flow=flow.flow_of(counts),
        rates=dict(
            zip(
                [figure.key for figure in RATES],
                proportions([counts.tally(figure) for figure in RATES]),
                strict=True,
            )
        ),
    )


# Kept as those of a report are: a page asks for nine quarters, and for the same ones the next time.
@lru_cache(maxsize=512)
def _statement(scope: Scope, window: ReportWindow) -> Statement:
    return counting(observed(scope, window), (*flow.FIGURES, *RATES), window)

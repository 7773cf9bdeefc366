"""The JSON object of the report contract (domain.md, section 11): written and read here only.

A stored report of an older definition may lack figures; those are absent from what is read.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from reports.indicators.figure import Figure
from reports.indicators.first_job import CumulativeIncidence, TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import Proportion
from reports.indicators.report import RATES, PlacementReport, ReportPart

Json = dict[str, Any]
_NUMBERS = ("numerator", "denominator", "rate", "ci_low", "ci_high")
_BOUNDS = ("unknown", "doubtful", "best", "worst")  # since definition 2026-2


def to_json(report: PlacementReport) -> Json:
    """The report as it is stored and printed. Rates are fractions, days are ISO dates."""
    found: Json = {
        "definition_version": report.definition_version,
        "period": {"from": report.period_from.isoformat(), "to": report.period_to.isoformat()},
        "as_of": report.as_of.isoformat(),
        "scope": dict(report.scope),
    }
    for key, part in report.parts().items():
        if key in RATES and RATES[key].horizon:
            found.setdefault(RATES[key].family, []).append(part_json(key, part))
        else:
            found[key] = part_json(key, part)
    return found


def part_json(key: str, part: ReportPart | None) -> Json | None:
    """One part of a report, `key` in `PlacementReport.parts`."""
    if isinstance(part, Proportion):
        figure = RATES[key]
        mature = {} if figure.left_out is None else {"not_yet_mature": part.not_yet_mature}
        names = (*_NUMBERS, *_BOUNDS) if figure.has_bounds else _NUMBERS
        return {**figure.horizon, **mature, **{name: getattr(part, name) for name in names}}
    if part is None:
        return None
    found = {name: value for name, value in asdict(part).items() if not name.startswith("is_")}
    if isinstance(part, TimeToFirstJob):
        found["cumulative_incidence"] = [
            {"days": point.days, "value": point.value, "followed": point.followed, "waiting": point.waiting}
            for point in part.cumulative_incidence
        ]
        if part.is_without_median:
            del found["median_days"]
    return found


def in_terms_of(before: ReportPart | None, part: ReportPart | None) -> ReportPart | None:
    """`part` without what the definition of `before` had no word for, so that the two can be compared."""
    if isinstance(before, Proportion) and isinstance(part, Proportion) and before.unknown is None:
        return part.without_bounds
    if isinstance(before, TimeToFirstJob) and isinstance(part, TimeToFirstJob) and before.is_without_median:
        return replace(part.without_followed, median_days=None, is_without_median=True)
    return part


def from_json(stored: Mapping) -> PlacementReport:
    """A stored report with its types. Raises KeyError without version, period, as-of day or scope."""
    found = {key: _rate(figure, stored.get(figure.family)) for key, figure in RATES.items()}
    return PlacementReport(
        definition_version=stored["definition_version"],
        period_from=date.fromisoformat(stored["period"]["from"]),
        period_to=date.fromisoformat(stored["period"]["to"]),
        as_of=date.fromisoformat(stored["as_of"]),
        scope=stored["scope"],
        flow=Flow(**stored["flow"]) if "flow" in stored else None,
        rates={key: rate for key, rate in found.items() if rate is not None},
        first_job=_first_job(stored["time_to_first_job"]) if "time_to_first_job" in stored else None,
    )


def _rate(figure: Figure, stored: Mapping | list[Mapping] | None) -> Proportion | None:
    if isinstance(stored, list):
        asked = figure.horizon.items()
        stored = next((entry for entry in stored if asked <= entry.items()), None)
    if stored is None:
        return None
    numbers = {name: stored[name] for name in _NUMBERS}
    bounds: dict[str, Any] = {name: stored.get(name) for name in _BOUNDS}
    return Proportion(**numbers, **bounds, not_yet_mature=stored.get("not_yet_mature"))


def _first_job(stored: Mapping) -> TimeToFirstJob:
    points = tuple(CumulativeIncidence(**point) for point in stored["cumulative_incidence"])
    newer = {"median_days": None, "is_without_median": "median_days" not in stored}
    return TimeToFirstJob(**{**newer, **stored, "cumulative_incidence": points})

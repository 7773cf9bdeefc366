"""The JSON object of the report contract (domain.md, section 11): written and read here only.

A stored report of an older definition may lack figures; those are absent from what is read.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from reports.indicators.figure import Figure
from reports.indicators.first_job import CumulativeIncidence, TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.proportion import Proportion
from reports.indicators.report import RATES, PlacementReport, ReportPart

Json = dict[str, Any]
_NUMBERS = ("numerator", "denominator", "rate", "ci_low", "ci_high")


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
        mature = {} if RATES[key].left_out is None else {"not_yet_mature": part.not_yet_mature}
        return {**RATES[key].horizon, **mature, **{name: getattr(part, name) for name in _NUMBERS}}
    if part is None:
        return None
    found = {name: value for name, value in asdict(part).items() if name != "is_hidden"}
    if isinstance(part, TimeToFirstJob):
        points = [{"days": point.days, "value": point.value} for point in part.cumulative_incidence]
        found["cumulative_incidence"] = points
    return found


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
    return Proportion(**numbers, not_yet_mature=stored.get("not_yet_mature"))


def _first_job(stored: Mapping) -> TimeToFirstJob:
    points = tuple(CumulativeIncidence(**point) for point in stored["cumulative_incidence"])
    return TimeToFirstJob(**{**stored, "cumulative_incidence": points})

"""The indicators of domain.md, section 5. What other packages use is named here."""

from reports.indicators.benchmarks import Benchmark, benchmarks_for
from reports.indicators.counting import Figure, Part, Unit
from reports.indicators.first_job import CumulativeIncidence, TimeToFirstJob
from reports.indicators.flow import Flow
from reports.indicators.people import people_behind
from reports.indicators.proportion import Proportion
from reports.indicators.report import (
    DEFINITION_VERSION,
    CohortRate,
    PlacementReport,
    Sustainment,
    all_figures,
    placement_report,
    placement_reports,
)
from reports.indicators.scope import WHOLE_ORGANISATION, ReportWindow, Scope
from reports.indicators.trend import TrendPoint, month_of, quarter_label, quarter_of, quarters_until, trend

__all__ = [
    "DEFINITION_VERSION",
    "WHOLE_ORGANISATION",
    "Benchmark",
    "CohortRate",
    "CumulativeIncidence",
    "Figure",
    "Flow",
    "Part",
    "PlacementReport",
    "Proportion",
    "ReportWindow",
    "Scope",
    "Sustainment",
    "TimeToFirstJob",
    "TrendPoint",
    "Unit",
    "all_figures",
    "benchmarks_for",
    "month_of",
    "people_behind",
    "placement_report",
    "placement_reports",
    "quarter_label",
    "quarter_of",
    "quarters_until",
    "trend",
]

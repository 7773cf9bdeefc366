"""The cohorts: of those who started without work, who found a job and who kept it."""

from django.db.models import F, Q
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from reports.indicators.counting import Figure, Unit
from reports.indicators.facts import NOT_WORKING_AT_ENROLMENT, in_one_spell
from reports.indicators.scope import ReportWindow
from reports.indicators.sql import AddDays, AddMonths, day

HORIZONS_IN_MONTHS = (6, 12, 18, 30)
HORIZONS_IN_WEEKS = (13, 26, 52)


def in_cohort(window: ReportWindow) -> Q:
    """Enrolled without work within the cohort window."""
    cohort = NOT_WORKING_AT_ENROLMENT
    if window.cohort_from:
        cohort &= Q(enrolled_on__gte=window.cohort_from)
    if window.cohort_to:
        cohort &= Q(enrolled_on__lte=window.cohort_to)
    return cohort


def figures(window: ReportWindow) -> tuple[Figure, ...]:
    return (
        *(_placement_rate(window, months) for months in HORIZONS_IN_MONTHS),
        *(_sustainment(window, weeks) for weeks in HORIZONS_IN_WEEKS),
    )


def _placement_rate(window: ReportWindow, months: int) -> Figure:
    horizon = AddMonths("enrolled_on", months)
    return Figure(
        key=f"cohort_placement_rate.{months}",
        unit=Unit.TRAJECTORY,
        denominator=in_cohort(window) & Q(LessThanOrEqual(horizon, day(window.as_of))),
        numerator=Q(LessThanOrEqual(F("placed_on"), horizon)),
        left_out=in_cohort(window) & Q(GreaterThan(horizon, day(window.as_of))),
    )


def _sustainment(window: ReportWindow, weeks: int) -> Figure:
    horizon = AddDays("placed_on", 7 * weeks)
    return Figure(
        key=f"job_sustainment.{weeks}",
        unit=Unit.TRAJECTORY,
        denominator=in_cohort(window) & Q(LessThanOrEqual(horizon, day(window.as_of))),
        numerator=Q(in_one_spell(F("placed_on"), horizon)),
    )

"""The cohorts: of those who started without work, who found a job and who kept it."""

from django.db.models import F, Q
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from reports.indicators.facts import NOT_WORKING_AT_ENROLMENT, in_one_spell
from reports.indicators.figure import Block, Figure, Unit, Words
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


_PLACED_WORDS = Words(
    label=_("First job within %(months)s months"),
    definition=_(
        "Of all trajectories that started without work at least %(months)s months ago: those with a first "
        "regular job within %(months)s months after enrolment. Those who stopped early still count. Those "
        "who started more recently are left out, because the outcome is not known yet."
    ),
    source=_("definition of this product"),
    numerator=_("found a job within %(months)s months"),
    denominator=_("started at least %(months)s months ago"),
    left_out=_("started less than %(months)s months ago"),
)
_SUSTAINED_WORDS = Words(
    label=_("Still at work after %(weeks)s weeks"),
    definition=_(
        "Of all first jobs that started at least %(weeks)s weeks ago: those where the client still "
        "worked %(weeks)s weeks later, in the same or another regular job. A gap of at most 14 days does "
        "not count as a stop."
    ),
    source=_("definition of this product"),
    numerator=_("still at work after %(weeks)s weeks"),
    denominator=_("first job at least %(weeks)s weeks ago"),
)


def _placement_rate(months: int) -> Figure:
    horizon = AddMonths("enrolled_on", months)
    return Figure(
        key=f"cohort_placement_rate.{months}",
        block=Block.COHORT,
        unit=Unit.TRAJECTORY,
        horizon={"months": months},
        is_of_division=True,
        denominator=lambda window: in_cohort(window) & Q(LessThanOrEqual(horizon, day(window.as_of))),
        numerator=lambda _window, reading: Q(LessThanOrEqual(F(reading.fact("placed_on")), horizon)),
        has_bounds=True,
        left_out=lambda window: in_cohort(window) & Q(GreaterThan(horizon, day(window.as_of))),
        words=_PLACED_WORDS,
    )


def _sustainment(weeks: int) -> Figure:
    horizon = AddDays("placed_on", 7 * weeks)
    return Figure(
        key=f"job_sustainment.{weeks}",
        block=Block.SUSTAINMENT,
        unit=Unit.TRAJECTORY,
        horizon={"weeks": weeks},
        denominator=lambda window: in_cohort(window) & Q(LessThanOrEqual(horizon, day(window.as_of))),
        numerator=lambda _window, _reading: Q(in_one_spell(F("placed_on"), horizon)),
        words=_SUSTAINED_WORDS,
    )


FIGURES = (
    *(_placement_rate(months) for months in HORIZONS_IN_MONTHS),
    *(_sustainment(weeks) for weeks in HORIZONS_IN_WEEKS),
)

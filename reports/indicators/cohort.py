"""The cohorts: of those who started without work, who found a job and who kept it."""

from calendar import monthrange
from datetime import date

from django.db.models import F, Q
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from reports.indicators.facts import NOT_WORKING_AT_ENROLMENT, in_one_spell
from reports.indicators.figure import Block, Figure, Unit, Words
from reports.indicators.scope import ReportWindow, days_earlier
from reports.indicators.sql import AddDays, AddMonths

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
    return Figure(
        key=f"cohort_placement_rate.{months}",
        block=Block.COHORT,
        unit=Unit.TRAJECTORY,
        horizon={"months": months},
        is_of_division=True,
        denominator=lambda window: in_cohort(window) & Q(enrolled_on__lte=last_mature(window.as_of, months)),
        numerator=lambda _window, reading: _placed_within(months, reading.fact("placed_on")),
        has_bounds=True,
        left_out=lambda window: in_cohort(window) & Q(enrolled_on__gt=last_mature(window.as_of, months)),
        words=_PLACED_WORDS,
    )


def _placed_within(months: int, placed_on: str) -> Q:
    """A first job by then. Months are added for those alone who have a job at all."""
    is_placed = Q(**{f"{placed_on}__isnull": False})
    return is_placed & Q(LessThanOrEqual(F(placed_on), AddMonths("enrolled_on", months)))


def last_mature(as_of: date, months: int) -> date:
    """The last day of enrolment with so many calendar months behind it on the as-of day.

    As `AddMonths` has it: months later, clipped to the end of the month.
    """
    year, month = divmod(12 * as_of.year + as_of.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    last = monthrange(year, month + 1)[1]
    is_last_of_month = as_of.day == monthrange(as_of.year, as_of.month)[1]
    return date(year, month + 1, last if is_last_of_month else min(as_of.day, last))


def _sustainment(weeks: int) -> Figure:
    days = 7 * weeks
    horizon = AddDays("placed_on", days)
    return Figure(
        key=f"job_sustainment.{weeks}",
        block=Block.SUSTAINMENT,
        unit=Unit.TRAJECTORY,
        horizon={"weeks": weeks},
        denominator=lambda window: in_cohort(window) & Q(placed_on__lte=days_earlier(window.as_of, days)),
        numerator=lambda _window, _reading: Q(in_one_spell(F("placed_on"), horizon)),
        words=_SUSTAINED_WORDS,
    )


FIGURES = (
    *(_placement_rate(months) for months in HORIZONS_IN_MONTHS),
    *(_sustainment(weeks) for weeks in HORIZONS_IN_WEEKS),
)

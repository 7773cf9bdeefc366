"""The cross-sections: who worked in the period, and who works on its last day."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reports.indicators.facts import NOT_WORKING_AT_ENROLMENT, SUSTAINED_DAYS, Reading, in_one_spell
from reports.indicators.figure import Benchmark, Block, Figure, Unit, Words
from reports.indicators.flow import running
from reports.indicators.scope import ReportWindow
from reports.indicators.sql import AddDays, day

PERIOD, PERIOD_NEW = "period_employment_rate", "period_employment_rate_new"
POINT, SUSTAINED = "point_employment_rate", "point_sustained_rate"


def _on_caseload(window: ReportWindow) -> Q:
    return Q(enrolled_on__lte=window.period_to, caseload_to__gte=window.period_from)


def _works_in_period(window: ReportWindow, reading: Reading) -> Q:
    """A day of work inside both the period and the caseload interval, which overlap.

    That it began before the caseload interval ends is certain: the database refuses another job.
    """
    until = reading.fact("worked_until")
    return Q(**{f"{until}__gte": window.period_from}) & Q(**{f"{until}__gte": F("enrolled_on")})


def _works_on_last_day(window: ReportWindow, reading: Reading) -> Q:
    return Q(**{f"{reading.fact('worked_until')}__gte": window.last_day})


def _sustained(window: ReportWindow, reading: Reading) -> Q:
    last_day = day(window.last_day)
    return Q(in_one_spell(AddDays(last_day, -SUSTAINED_DAYS), last_day, reading))


_QUARTERLY = _("international quarterly rate (IPS Employment Center)")
FIGURES = (
    Figure(
        key=PERIOD,
        block=Block.PERIOD,
        unit=Unit.CLIENT,
        is_of_period=True,
        is_of_division=True,
        denominator=_on_caseload,
        numerator=_works_in_period,
        has_bounds=True,
        words=Words(
            label=_("At work in the period"),
            definition=_(
                "Of all clients who were supported on at least one day of the period: those who had at least "
                "one day of regular paid work in that time. Each client counts once."
            ),
            source=_QUARTERLY,
            numerator=_("worked"),
            denominator=_("supported"),
        ),
        benchmarks=tuple(
            Benchmark(
                name=name,
                rate=rate,
                measured="VS",
                source="IPS Employment Center, international quarterly rate",
            )
            for name, rate in (
                (_("American programmes, low"), 0.31),
                (_("American programmes, average"), 0.41),
                (_("American programmes, high"), 0.50),
            )
        ),
    ),
    Figure(
        key=PERIOD_NEW,
        block=Block.PERIOD,
        unit=Unit.CLIENT,
        is_of_period=True,
        denominator=lambda window: _on_caseload(window) & NOT_WORKING_AT_ENROLMENT,
        numerator=_works_in_period,
        has_bounds=True,
        words=Words(
            label=_("At work in the period, of those who started without work"),
            definition=_(
                "The same figure over clients who had no paid work at enrolment: it shows the work that was "
                "found during the support."
            ),
            source=_QUARTERLY,
            numerator=_("worked"),
            denominator=_("supported, without work at enrolment"),
        ),
    ),
    Figure(
        key=POINT,
        block=Block.POINT,
        unit=Unit.CLIENT,
        denominator=running,
        numerator=_works_on_last_day,
        has_bounds=True,
        words=Words(
            label=_("At work on one day"),
            definition=_(
                "Of all clients with a running trajectory on the last day of the period: those who had "
                "regular paid work on that day. One day is stricter than a whole quarter, so this figure is "
                "usually lower."
            ),
            source=_("Werkmonitor IPS"),
            numerator=_("at work on the last day"),
            denominator=_("running on the last day"),
        ),
        benchmarks=(
            Benchmark(
                name=_("the Netherlands (Werkmonitor IPS)"),
                rate=round(1328 / 3679, 6),
                measured="2023 Q2",
                source="Werkmonitor IPS, Q2 2023: 1.328 / 3.679",
            ),
        ),
    ),
    Figure(
        key=SUSTAINED,
        block=Block.POINT,
        unit=Unit.CLIENT,
        denominator=running,
        numerator=_sustained,
        has_bounds=True,
        words=Words(
            label=_("At work for 13 weeks or longer on that day"),
            definition=_(
                "Of all clients with a running trajectory on the last day: those who had worked for at least "
                "91 days by then. A gap of at most 14 days between two jobs does not count as a stop."
            ),
            source=_("definition of this product"),
            numerator=_("at work for 91 days or longer"),
            denominator=_("running on the last day"),
        ),
    ),
)

"""The cross-sections: who worked in the period, and who works on its last day."""

from django.db.models import Q

from ipsplatform.common.periods import running_on_q
from reports.indicators.counting import Figure, Unit
from reports.indicators.facts import NOT_WORKING_AT_ENROLMENT, in_one_spell
from reports.indicators.scope import ReportWindow
from reports.indicators.sql import AddDays, day

SUSTAINED_DAYS = 91


def figures(window: ReportWindow) -> tuple[Figure, ...]:
    on_caseload = Q(enrolled_on__lte=window.period_to, caseload_to__gte=window.period_from)
    running = running_on_q(window.last_day, "enrolled_on", "ended_on")
    last_day = day(window.last_day)
    sustained = Q(in_one_spell(AddDays(last_day, -SUSTAINED_DAYS), last_day))
    shares = {
        "period_employment_rate": (on_caseload, Q(works_in_period=True)),
        "period_employment_rate_new": (on_caseload & NOT_WORKING_AT_ENROLMENT, Q(works_in_period=True)),
        "point_employment_rate": (running, Q(works_on_last_day=True)),
        "point_sustained_rate": (running, sustained),
    }
    return tuple(
        Figure(key=key, unit=Unit.CLIENT, denominator=denominator, numerator=numerator)
        for key, (denominator, numerator) in shares.items()
    )

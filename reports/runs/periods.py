"""Periods that have a stored run, and those that should have one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min

from reports.indicators.trend import month_of, quarter_of
from reports.models import MonitoringRun, PeriodKind
from trajectories.models import Trajectory

# How many ended periods of each kind are caught up when their run is missing.
CATCH_UP = {PeriodKind.MONTH: 24, PeriodKind.QUARTER: 8}
QUARTERS_RESTATED = 4
PERIOD_OF: dict[str, Callable[[date], tuple[date, date]]] = {
    PeriodKind.MONTH: month_of,
    PeriodKind.QUARTER: quarter_of,
}


@dataclass(frozen=True, kw_only=True)
class Period:
    kind: PeriodKind
    period_from: date
    period_to: date


def previous_period(kind: PeriodKind, today: date) -> Period:
    """The last period of this kind that has ended before `today`."""
    period_from, _ = PERIOD_OF[kind](today)
    period_from, period_to = PERIOD_OF[kind](period_from - timedelta(days=1))
    return Period(kind=kind, period_from=period_from, period_to=period_to)


def missing_periods(today: date) -> list[Period]:
    """Ended periods without a finished run, oldest first, from the first enrolment on."""
    first_data = Trajectory.objects.ips().aggregate(first=Min("enrolled_on"))["first"]
    if first_data is None:
        return []
    done = set(MonitoringRun.objects.done().values_list("period_kind", "period_from", "period_to"))
    wanted = [period for kind, number in CATCH_UP.items() for period in last_periods(kind, number, today)]
    return sorted(
        (
            period
            for period in wanted
            if period.period_to >= first_data
            and (period.kind, period.period_from, period.period_to) not in done
        ),
        key=lambda period: (period.period_to, period.kind),
    )


def stored_quarters(today: date) -> list[Period]:
    """The last four ended quarters of which there is a finished run, the latest first."""
    done = set(
        MonitoringRun.objects.done()
        .filter(period_kind=PeriodKind.QUARTER)
        .values_list("period_from", flat=True)
    )
    quarters = last_periods(PeriodKind.QUARTER, QUARTERS_RESTATED, today)
    return [period for period in quarters if period.period_from in done]


def last_periods(kind: PeriodKind, number: int, today: date) -> list[Period]:
    """The last `number` ended periods of this kind, the latest first."""
    found: list[Period] = []
    for _ in range(number):
        found.append(previous_period(kind, found[-1].period_from if found else today))
    return found

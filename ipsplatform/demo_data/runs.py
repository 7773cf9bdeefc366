"""The monitoring that the organisation has behind it: two years of quarters and a year of months."""

from datetime import date

from django.utils import timezone
from tqdm import tqdm

from reports.models import PeriodKind
from reports.selectors.periods import Period, previous_period
from reports.services import monitoring

NUMBER_OF_RUNS = {PeriodKind.QUARTER: 8, PeriodKind.MONTH: 12}


def make_past_runs(*, show_progress: bool = False) -> None:
    """Make the runs that would have been made over time, so that every page of figures is filled at once."""
    today = timezone.localdate()
    periods = [
        period for kind, number in NUMBER_OF_RUNS.items() for period in _past_periods(kind, number, today)
    ]
    for period in tqdm(periods, disable=not show_progress, unit="run"):
        monitoring.ensure_run(
            period_kind=period.kind, period_from=period.period_from, period_to=period.period_to
        )


def _past_periods(kind: PeriodKind, number: int, today: date) -> list[Period]:
    periods: list[Period] = []
    for _ in range(number):
        periods.append(previous_period(kind, periods[-1].period_from if periods else today))
    return periods[::-1]

"""The monitoring that the organisation has behind it: two years of months and quarters."""

from django.utils import timezone
from tqdm import tqdm

from reports.runs import services as monitoring
from reports.runs.periods import missing_periods


def make_past_runs(*, show_progress: bool = False) -> None:
    """Make the runs that would have been made over time, so that every page of figures is filled at once."""
    periods = missing_periods(timezone.localdate())
    for period in tqdm(periods, disable=not show_progress, unit="run"):
        monitoring.ensure_run(
            period_kind=period.kind, period_from=period.period_from, period_to=period.period_to
        )

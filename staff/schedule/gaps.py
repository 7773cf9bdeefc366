"""How long it can be quiet between two moments of a schedule."""

from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from celery.schedules import ParseException
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

NEVER = timedelta.max
# After 28 years days of the week, of the month and leap years come round again.
FIRST_DAY, DAYS = date(2000, 1, 1), 28 * 366
MINUTES_A_DAY = 24 * 60


def longest_gap(task: PeriodicTask) -> timedelta:
    """The longest time between two moments of its schedule; NEVER when it has none that comes back."""
    if task.crontab is not None:
        return _of_crontab(task.crontab)
    return _of_interval(task.interval) if task.interval is not None else NEVER


def _of_interval(interval: IntervalSchedule) -> timedelta:
    try:
        return timedelta(**{interval.period: interval.every})
    except (TypeError, OverflowError):
        return NEVER


def _of_crontab(crontab: CrontabSchedule) -> timedelta:
    try:
        moments = crontab.schedule
    except (ParseException, ValueError):
        return NEVER
    return _longest(
        frozenset(60 * hour + minute for hour in moments.hour for minute in moments.minute),
        frozenset(moments.day_of_week),
        frozenset(moments.day_of_month),
        frozenset(moments.month_of_year),
    )


@lru_cache(maxsize=256)
def _longest(minutes: frozenset, weekdays: frozenset, days: frozenset, months: frozenset) -> timedelta:
    """Celery asks on days that fit all three; `weekdays` begins with 0 for Sunday."""
    times = sorted(minutes)
    calendar = (FIRST_DAY + timedelta(days=number) for number in range(DAYS))
    found = [
        day
        for day in calendar
        if day.month in months and day.day in days and day.isoweekday() % 7 in weekdays
    ]
    if not times or len(found) < 2:
        return NEVER
    within = max((later - earlier for earlier, later in pairwise(times)), default=0)
    between = max((later - earlier).days for earlier, later in pairwise(found))
    return timedelta(minutes=max(within, between * MINUTES_A_DAY - times[-1] + times[0]))

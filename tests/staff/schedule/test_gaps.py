"""The longest time that it can be quiet, compared with what Celery itself would plan."""

from datetime import UTC, datetime, timedelta

import pytest
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from hypothesis import given
from hypothesis import strategies as st

from staff.schedule.gaps import NEVER, longest_gap


def crontab(**moments: str) -> PeriodicTask:
    return PeriodicTask(crontab=CrontabSchedule(**moments, timezone="UTC"))


@pytest.mark.parametrize(
    ("moments", "gap"),
    [
        ({"minute": "*"}, timedelta(minutes=1)),
        ({"minute": "*/15"}, timedelta(minutes=15)),
        ({"minute": "0,1"}, timedelta(minutes=59)),
        ({"minute": "5", "hour": "1"}, timedelta(days=1)),
        ({"minute": "*/15", "hour": "8-17"}, timedelta(hours=14, minutes=15)),
        ({"minute": "0", "hour": "4", "day_of_week": "mon"}, timedelta(days=7)),
        ({"minute": "0", "hour": "4", "day_of_week": "mon-fri"}, timedelta(days=3)),
        ({"minute": "15", "hour": "2", "day_of_month": "1"}, timedelta(days=31)),
        ({"minute": "0", "hour": "0", "day_of_month": "31"}, timedelta(days=61)),
        ({"minute": "0", "hour": "0", "day_of_month": "1", "month_of_year": "1,4,7,10"}, timedelta(days=92)),
        ({"minute": "0", "hour": "0", "day_of_month": "29", "month_of_year": "2"}, timedelta(days=1461)),
        ({"minute": "0", "hour": "0", "day_of_month": "31", "month_of_year": "2"}, NEVER),
        ({"minute": "99"}, NEVER),
        ({"minute": "often"}, NEVER),
    ],
)
def test_gaps_of_moments(moments, gap):
    assert longest_gap(crontab(**moments)) == gap


@pytest.mark.parametrize(
    ("every", "period", "gap"),
    [
        (15, "minutes", timedelta(minutes=15)),
        (0, "minutes", timedelta(0)),
        (10**12, "days", NEVER),
        (1, "moons", NEVER),
    ],
)
def test_gaps_of_intervals(every, period, gap):
    assert longest_gap(PeriodicTask(interval=IntervalSchedule(every=every, period=period))) == gap


def test_a_task_without_moments_that_come_back():
    assert longest_gap(PeriodicTask()) == NEVER


@given(
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=4),
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=4),
    weekdays=st.sets(st.integers(0, 6), min_size=1, max_size=7),
)
def test_celery_waits_that_long_and_never_longer(minutes, hours, weekdays):
    """Within two weeks a schedule by day of the week shows each of its gaps."""
    words = {
        "minute": ",".join(map(str, minutes)),
        "hour": ",".join(map(str, hours)),
        "day_of_week": ",".join(map(str, weekdays)),
    }
    planned = crontab(**words)
    celery = planned.crontab.schedule
    moment, waits = datetime(2026, 3, 2, tzinfo=UTC), []
    while moment < datetime(2026, 3, 24, tzinfo=UTC):
        celery.nowfun = lambda at=moment: at
        last, step, _now = celery.remaining_delta(moment)
        waits.append(last + step - moment)
        moment = last + step
    assert max(waits[1:]) == longest_gap(planned)  # the first one began at no moment of the schedule

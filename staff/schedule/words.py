"""The schedule in words; what the package says of itself is English, or half of it."""

import re

from django.conf import settings
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

ALWAYS = "*"
EVERY_SO_MANY = re.compile(r"\*/(\d+)")
OF_CELERY = {"celery.backend_cleanup": gettext_lazy("clean up after the worker")}  # it plans that itself
DAYS_OF_CRON = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")  # 0 and 7 are Sunday


def speak() -> None:
    """Let the rows of the package say in words what they are, wherever the administration names one."""
    for model, words in (
        (PeriodicTask, lambda row: task_words(row.name)),
        (CrontabSchedule, crontab_words),
        (IntervalSchedule, interval_words),
    ):
        model.add_to_class("__str__", words)


def task_words(name: str) -> str:
    """The names in the settings are translated; what an administrator called something stays so."""
    return _(name) if name in settings.CELERY_BEAT_SCHEDULE else str(OF_CELERY.get(name, name))


def interval_words(interval: IntervalSchedule) -> str:
    """E.g. “every 5 minutes”."""
    once, often = {
        IntervalSchedule.DAYS: (_("every day"), _("every %(n)s days")),
        IntervalSchedule.HOURS: (_("every hour"), _("every %(n)s hours")),
        IntervalSchedule.MINUTES: (_("every minute"), _("every %(n)s minutes")),
        IntervalSchedule.SECONDS: (_("every second"), _("every %(n)s seconds")),
        IntervalSchedule.MICROSECONDS: (_("every microsecond"), _("every %(n)s microseconds")),
    }[interval.period]
    return once if interval.every == 1 else often % {"n": interval.every}


def crontab_words(crontab: CrontabSchedule) -> str:
    """E.g. “Monday at 04:00”; what is more intricate stays in the notation of cron, with its names."""
    days = [*_weekday(crontab.day_of_week), *_day(crontab.day_of_month), *_months(crontab.month_of_year)]
    times = _times(crontab.hour, crontab.minute)
    if not days and crontab.hour != ALWAYS:
        days = [_("every day")]
    zone = str(crontab.timezone)
    elsewhere = "" if zone == settings.TIME_ZONE else f" ({zone})"
    return f"{', '.join(days)} {times}".strip() + elsewhere


def _times(hour: str, minute: str) -> str:
    every = EVERY_SO_MANY.fullmatch(minute)
    if hour.isdigit() and minute.isdigit():
        return _("at %(time)s") % {"time": f"{int(hour):02}:{int(minute):02}"}
    if hour == ALWAYS and minute == ALWAYS:
        return _("every minute")
    if hour == ALWAYS and every:
        return interval_words(IntervalSchedule(every=int(every[1]), period=IntervalSchedule.MINUTES))
    return _("at hour %(hour)s, minute %(minute)s") % {"hour": hour, "minute": minute}


def _weekday(cron: str) -> list[str]:
    if cron == ALWAYS:
        return []
    short = DAYS_OF_CRON[int(cron)] if cron.isdigit() and int(cron) < len(DAYS_OF_CRON) else cron[:3].lower()
    if short in DAYS_OF_CRON and cron.isalnum():
        return [str(WEEKDAYS[(DAYS_OF_CRON.index(short) - 1) % 7])]
    return [_("days of the week %(days)s") % {"days": cron}]


def _day(cron: str) -> list[str]:
    return [] if cron == ALWAYS else [_("day %(day)s of the month") % {"day": cron}]


def _months(cron: str) -> list[str]:
    if cron == ALWAYS:
        return []
    numbers = cron.split(",")
    if all(number.isdigit() and int(number) in MONTHS for number in numbers):
        return [str(MONTHS[int(number)]) for number in numbers]
    return [_("months %(months)s") % {"months": cron}]

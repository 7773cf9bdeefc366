"""Periodic work that protects, as the settings plan it and as it stands in the database."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from staff.schedule.gaps import longest_gap

SHORTEST = timedelta(seconds=1)  # what is asked more often fills the queue
SLACK = timedelta(minutes=10)  # beat writes every few minutes what it asked for


class Fault(TextChoices):
    """Why work that protects is not done as it should be. Told to machines, so not translated."""

    MISSING = "missing"
    OFF = "off"
    ALTERED = "altered"
    SELDOM = "too seldom"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A task of the settings, with the longest gap that the task itself declares."""

    task: str
    args: list
    kwargs: dict
    expire_seconds: int | None
    longest_gap: timedelta

    def fault_of(self, row: PeriodicTask, *, now: datetime) -> Fault | None:
        """What is wrong with its row in the database; None when all is well."""
        if _is_off(row, now):
            return Fault.OFF
        if _what_is_asked(row) != (self.task, self.args, self.kwargs, self.expire_seconds):
            return Fault.ALTERED
        if not SHORTEST <= longest_gap(row) <= self.longest_gap:
            return Fault.SELDOM
        earliest = now - self.longest_gap - SLACK
        is_late = row.last_run_at is not None and not earliest <= row.last_run_at <= now + SLACK
        return Fault.LATE if is_late else None


def planned_tasks() -> dict[str, Planned]:
    """Every task of the settings by the name of its row: all of them protect, so all are watched."""
    current_app.loader.import_default_modules()
    return {name: _planned(entry) for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}


def weakened_tasks() -> dict[str, str]:
    """What is wrong with work that protects, by its name, however it came about. One statement."""
    planned, now = planned_tasks(), timezone.now()
    rows = PeriodicTask.objects.select_related("crontab", "interval").filter(name__in=planned)
    found = {row.name: planned[row.name].fault_of(row, now=now) for row in rows}
    faults = {name: found.get(name, Fault.MISSING) for name in planned}
    return {name: fault.value for name, fault in faults.items() if fault is not None}


def _planned(entry: dict[str, Any]) -> Planned:
    return Planned(
        task=entry["task"],
        args=list(entry.get("args", [])),
        kwargs=dict(entry.get("kwargs", {})),
        expire_seconds=entry.get("options", {}).get("expire_seconds"),
        # A task that declares nothing is never asked often enough: strict health names it.
        longest_gap=getattr(current_app.tasks[entry["task"]], "longest_gap", timedelta(0)),
    )


def _is_off(row: PeriodicTask, now: datetime) -> bool:
    """Also: off after one time, after a moment, until a moment, or for a queue that no worker reads."""
    waits = row.start_time is not None and row.start_time > now
    elsewhere = row.queue or row.exchange or row.routing_key
    return bool(not row.enabled or row.one_off or row.expires or waits or elsewhere)


def _what_is_asked(row: PeriodicTask) -> tuple | None:
    try:
        args, kwargs, headers = (json.loads(text) for text in (row.args, row.kwargs, row.headers or "{}"))
    except ValueError:
        return None
    return (row.task, args, kwargs, row.expire_seconds) if not headers and row.priority is None else None

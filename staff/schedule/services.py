"""Change the schedule of periodic work; what protects can't be switched off or asked for too seldom."""

import json
from collections.abc import Iterable

from celery import current_app
from django.db import models, transaction
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from ipsplatform.common.errors import RuleError
from staff.audit import services as audit
from staff.models import User
from staff.schedule.actions import ScheduleAction
from staff.schedule.selectors import Fault, Planned, planned_tasks
from staff.schedule.words import task_words

TASK_FIELDS = (
    "name", "task", "enabled", "description", "crontab", "interval", "start_time", "one_off", "args",
    "kwargs",
)  # fmt: skip

CRON = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")


@transaction.atomic
def save_task(task: PeriodicTask, *, by: User) -> None:
    """Add or change a row of the schedule. Raises RuleError when that weakens what protects."""
    before = PeriodicTask.objects.select_for_update(of=("self",)).filter(pk=task.pk).first()
    _refuse_weaker(task, name=before.name if before else task.name)
    task.save()
    _record(task, before, fields=TASK_FIELDS, by=by)


@transaction.atomic
def save_schedule(schedule: CrontabSchedule | IntervalSchedule, *, by: User) -> None:
    """Add or change the moments that tasks share. Raises RuleError when that weakens what protects."""
    before = type(schedule).objects.select_for_update().filter(pk=schedule.pk).first()
    kind = "crontab" if isinstance(schedule, CrontabSchedule) else "interval"
    if before is not None:
        for task in PeriodicTask.objects.select_for_update(of=("self",)).filter(**{kind: before}):
            setattr(task, kind, schedule)
            _refuse_weaker(task, name=task.name)
    schedule.save()
    fields = [field.name for field in schedule._meta.concrete_fields if not field.primary_key]
    _record(schedule, before, fields=fields, by=by)


@transaction.atomic
def enable_tasks(rows: Iterable[PeriodicTask], *, by: User) -> int:
    """Switch work on; returns how many were off."""
    return _switch(rows, enabled=True, by=by)


@transaction.atomic
def disable_tasks(rows: Iterable[PeriodicTask], *, by: User) -> int:
    """Switch work off; returns how many were on. Raises RuleError when one of them protects."""
    return _switch(rows, enabled=False, by=by)


def run_tasks(rows: Iterable[PeriodicTask]) -> int:
    """Ask for work now, beside its schedule; returns how much. Raises RuleError for what no worker knows."""
    current_app.loader.import_default_modules()
    asked = list(rows)
    for row in asked:
        if row.task not in current_app.tasks:
            raise RuleError(_("“%(task)s” is not known here, so nothing is done.") % {"task": row})
    for row in asked:
        current_app.tasks[row.task].apply_async(
            args=json.loads(row.args),
            kwargs=json.loads(row.kwargs),
            headers={"periodic_task_name": row.name},
            **({"queue": row.queue} if row.queue else {}),
        )
    return len(asked)


def _switch(rows: Iterable[PeriodicTask], *, enabled: bool, by: User) -> int:
    changed = 0
    for row in PeriodicTask.objects.select_for_update(of=("self",)).filter(pk__in=[row.pk for row in rows]):
        before, row.enabled = PeriodicTask.objects.get(pk=row.pk), enabled
        if not enabled:
            _refuse_weaker(row, name=row.name)
        if before.enabled != enabled:
            row.save()
            _record(row, before, fields=["enabled"], by=by)
            changed += 1
    return changed


def _refuse_weaker(task: PeriodicTask, *, name: str) -> None:
    """`name` is the one that it had: a row under another name is not found any more."""
    planned = planned_tasks().get(name)
    if planned is None:
        return
    fault = planned.fault_of(task, now=timezone.now())
    if task.name != name:
        fault = Fault.ALTERED
    if fault not in (None, Fault.LATE):
        raise RuleError(_why_not(fault, planned, name))


def _why_not(fault: Fault | None, planned: Planned, name: str) -> str:
    words = {"task": task_words(name)}
    if fault == Fault.OFF:
        return _("“%(task)s” protects people and can't be switched off.") % words
    if fault == Fault.SELDOM:
        now = timezone.now()
        words["time"] = timesince(now - planned.longest_gap, now, depth=1).replace("\xa0", " ")
        return _("“%(task)s” must be done at least every %(time)s.") % words
    return _("“%(task)s” protects people: only its moments can be changed.") % words


def _record(row: models.Model, before: models.Model | None, *, fields: Iterable[str], by: User) -> None:
    changes = {
        field: [_said(before, field), _said(row, field)]
        for field in fields
        if _said(before, field) != _said(row, field)
    }
    if before is None:
        audit.record(by=by, action=ScheduleAction.ADDED, target=row, changes=changes)
    elif changes:
        audit.record(by=by, action=ScheduleAction.CHANGED, target=row, changes=changes)


def _said(row: models.Model | None, field: str) -> object:
    value = getattr(row, field, None)
    if isinstance(value, CrontabSchedule):  # in its own notation: to the letter, whoever reads it
        return " ".join(getattr(value, part) for part in CRON)
    return value if value is None or isinstance(value, bool | int | str) else str(value)

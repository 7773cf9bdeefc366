"""Monitoring runs (the figures themselves are for readers of figures) and the schedule of all tasks."""

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from ipsplatform.common.admin import ReadOnlyAdmin, SafeAdmin
from reports.models import MonitoringRun

FACTS = [
    "period_kind",
    "period_from",
    "period_to",
    "as_of",
    "revision",
    "state",
    "definition_version",
    "scope_count",
    "change_count",
    "started_by",
    "started_at",
    "finished_at",
]


@admin.register(MonitoringRun)
class MonitoringRunAdmin(ReadOnlyAdmin):
    list_display = [
        "__str__", "period_kind", "state", "scope_count", "change_count", "finished_at",
    ]  # fmt: skip
    list_filter = ["period_kind", "state"]
    list_select_related = ["started_by"]
    date_hierarchy = "period_to"
    fields = [*FACTS, "changed_figures"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(scope_count=Count("scopes"))

    @admin.display(description=_("scopes"), ordering="scope_count")
    def scope_count(self, run: MonitoringRun) -> int:
        return vars(run)["scope_count"]

    @admin.display(description=_("changes"))
    def change_count(self, run: MonitoringRun) -> int:
        return len(run.changes)

    @admin.display(description=_("changed figures"))
    def changed_figures(self, run: MonitoringRun) -> str:
        """Which figures moved against the revision before; not from what to what."""
        return ", ".join(sorted({change["figure"] for change in run.changes})) or "–"


@admin.register(PeriodicTask)
class TaskAdmin(SafeAdmin, PeriodicTaskAdmin):
    """The package's page, without its inline script: the policy of every page forbids that."""

    change_form_template = "admin/change_form.html"
    date_hierarchy = None
    list_display = ["what", "enabled", "scheduler", "last_run_at"]
    list_filter = ["enabled"]
    actions = ["enable_tasks", "disable_tasks", "run_tasks"]
    readonly_fields = ["last_run_at"]
    fieldsets = [
        (None, {"fields": ["name", "regtask", "task", "enabled", "description"]}),
        (_("Schedule"), {"fields": ["crontab", "interval", "start_time", "last_run_at", "one_off"]}),
        (_("Arguments"), {"fields": ["args", "kwargs"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_("what is done"), ordering="name")
    def what(self, task: PeriodicTask) -> str:
        """The names in the settings are translated; what an administrator called something stays so."""
        return gettext(task.name)


@admin.register(CrontabSchedule)
class CrontabAdmin(SafeAdmin):
    list_display = ["__str__", "human_readable"]
    fields = ["minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone"]


@admin.register(IntervalSchedule)
class IntervalAdmin(SafeAdmin):
    list_display = ["__str__"]
    fields = ["every", "period"]

"""The schedule of Celery beat: which task runs when. Kept in the database by django-celery-beat."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from ipsplatform.common.admin import SafeAdmin


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

"""The schedule of all periodic work. What protects shows its moments only: the rest can't be changed."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_celery_beat.admin import PeriodicTaskAdmin
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from ipsplatform.common.refusals import refusals_told
from staff.requests import signed_in
from staff.schedule import services
from staff.schedule.forms import CrontabForm, MomentsForm, TaskForm
from staff.schedule.selectors import planned_tasks
from staff.typed.versioned_admin import VersionedAdmin

FIXED = ["name", "task", "enabled", "start_time", "one_off", "args", "kwargs"]
MOMENTS = {"fields": ["crontab", "interval", "description"]}


@admin.register(PeriodicTask)
class TaskAdmin(VersionedAdmin, PeriodicTaskAdmin):
    """The package's page, without its inline script: the policy of every page forbids that."""

    form = TaskForm
    change_form_template = "admin/change_form.html"
    date_hierarchy = None
    list_display = ["what", "enabled", "when", "last_run_at"]
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
        return str(task)

    @admin.display(description=_("when"))
    def when(self, task: PeriodicTask) -> str:
        return str(task.scheduler or "–")

    @admin.display(description=PeriodicTask._meta.get_field("enabled").verbose_name, boolean=True)
    def is_on(self, task: PeriodicTask) -> bool:
        """The field itself would tell how to switch it off."""
        return task.enabled

    def get_fieldsets(self, request: HttpRequest, obj: PeriodicTask | None = None):
        """Of work that protects the moments can be changed, within bounds."""
        if not _protects(obj):
            return super().get_fieldsets(request, obj)
        told = _(
            "This work protects people. It can be done at other moments, and not less often than it must."
        )
        fixed = {"fields": ["what", "is_on", "last_run_at"], "description": told}
        return [(None, fixed), (_("Schedule"), MOMENTS)]

    def get_readonly_fields(self, request: HttpRequest, obj: PeriodicTask | None = None):
        found = super().get_readonly_fields(request, obj)
        return [*found, "what", "is_on", *FIXED] if _protects(obj) else found

    def get_form(self, request: HttpRequest, obj: PeriodicTask | None = None, change: bool = False, **kwargs):
        if _protects(obj):
            kwargs["form"] = MomentsForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: PeriodicTask, form, change: bool) -> None:  # noqa: ARG002
        services.save_task(obj, by=signed_in(request))

    @admin.action(description=_("switch on"))
    def enable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        number = services.enable_tasks(queryset, by=signed_in(request))
        self.message_user(
            request, ngettext("%(n)s task is on.", "%(n)s tasks are on.", number) % {"n": number}
        )

    @admin.action(description=_("switch off"))
    def disable_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        """All of them, or none when one of them protects."""
        with refusals_told(request):
            number = services.disable_tasks(queryset, by=signed_in(request))
            said = ngettext("%(n)s task is off.", "%(n)s tasks are off.", number) % {"n": number}
            self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("do now"))
    def run_tasks(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        """All of them, or none when the workers do not know one of them."""
        with refusals_told(request):
            number = services.run_tasks(queryset)
            said = ngettext("%(n)s task is on its way.", "%(n)s tasks are on their way.", number)
            self.message_user(request, said % {"n": number}, messages.SUCCESS)


class ScheduleAdmin(VersionedAdmin):
    """Moments that tasks share: whoever changes them changes all of those."""

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:  # noqa: ARG002
        services.save_schedule(obj, by=signed_in(request))


@admin.register(CrontabSchedule)
class CrontabAdmin(ScheduleAdmin):
    form = CrontabForm
    list_display = ["__str__"]
    fields = ["minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone"]


@admin.register(IntervalSchedule)
class IntervalAdmin(ScheduleAdmin):
    list_display = ["__str__"]
    fields = ["every", "period"]


def _protects(task: PeriodicTask | None) -> bool:
    return task is not None and task.name in planned_tasks()

"""Monitoring runs; the figures themselves are for readers of figures."""

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.admin import ReadOnlyAdmin
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

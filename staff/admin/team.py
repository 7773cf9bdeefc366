"""Teams: FACT teams and MSS areas with their inhabitants."""

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.admin import SafeAdmin
from ipsplatform.common.periods import running_on_q
from staff import services
from staff.models import Team


@admin.register(Team)
class TeamAdmin(SafeAdmin):
    list_display = ["name", "code", "kind", "inhabitants", "member_count"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]
    fields = ["code", "name", "kind", "inhabitants"]

    def get_queryset(self, request: HttpRequest):
        today = timezone.localdate()
        members = Q(memberships__user__is_active=True) & running_on_q(
            today, "memberships__started_on", "memberships__ended_on"
        )
        return super().get_queryset(request).annotate(member_count=Count("memberships", filter=members))

    @admin.display(description=_("members today"))
    def member_count(self, team: Team) -> int:
        return team.member_count

    def save_model(self, request: HttpRequest, obj: Team, form, change: bool) -> None:
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            services.correct_team(team=obj, by=request.user, **facts)
        else:
            obj.pk = services.create_team(**form.cleaned_data, by=request.user).pk

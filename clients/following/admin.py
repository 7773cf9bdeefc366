"""The page of a person in the admin, with what happens to the caseload when the account is closed.

It stands here and not with the other pages of people, because those know nothing of clients.
"""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clients.following import services as leaving
from staff.models import User
from staff.people.admin import UserAdmin
from staff.requests import signed_in


class LeavingForm(UserAdmin.form):
    park_caseload = forms.BooleanField(
        label=_("park the caseload"),
        required=False,
        help_text=_(
            "When you close the account, change the role or end a team of somebody who follows clients: end "
            "those assignments with it. The team lead sees these clients on the team's page until somebody "
            "takes over."
        ),
    )

    @cached_property
    def changed_data(self) -> list[str]:
        """Facts of the person; parking is none."""
        return [name for name in super().changed_data if name != "park_caseload"]


admin.site.unregister(User)


@admin.register(User)
class LeavingUserAdmin(UserAdmin):
    form = LeavingForm
    fieldsets = [
        UserAdmin.fieldsets[0],
        (_("Signing in"), {"fields": ["is_active", "park_caseload", "sign_in", "last_login"]}),
        *UserAdmin.fieldsets[2:],
    ]

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        """Closing an account asks for the caseload first."""
        if change and "is_active" in form.changed_data and not form.cleaned_data["is_active"]:
            if form.cleaned_data["park_caseload"]:
                leaving.park_caseload(user=obj, by=signed_in(request))
            leaving.refuse_while_following(user=obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Another role and an ended membership ask for the caseload too, and end what rests on them."""
        if change and not form.cleaned_data["park_caseload"]:
            role = form.cleaned_data["role"] if "role" in form.changed_data else form.before.role
            teams_left = [
                row.team_id for formset in formsets for row in formset.typed() if row.ended_on is not None
            ]
            leaving.refuse_left_behind(user=form.before, role=role, teams_left=teams_left)
        super().save_related(request, form, formsets, change)
        if change:
            leaving.end_outlived(user=form.before, by=signed_in(request))

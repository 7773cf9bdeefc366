"""Teams with their inhabitants, and the people who work in them."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.admin import sensitive_post_parameters_m
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsplatform.common.admin import SafeAdmin
from ipsplatform.common.periods import running_on_q
from ipsplatform.common.refusals import refusals_told
from staff.audit import services as audit
from staff.models import StaffAction, Team, TeamMembership, User
from staff.people import services
from staff.people.forms import FACTS, NewUserForm, UserForm
from staff.requests import signed_in
from staff.sign_on import services as sign_on_services
from staff.sign_on.provider import is_on, service_name


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

    @admin.display(description=gettext_lazy("members today"))
    def member_count(self, team: Team) -> int:
        return vars(team)["member_count"]

    def save_model(self, request: HttpRequest, obj: Team, form, change: bool) -> None:
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            services.correct_team(team=obj, by=signed_in(request), **facts)
        else:
            obj.pk = services.create_team(**form.cleaned_data, by=signed_in(request)).pk


class TeamMembershipInline(admin.TabularInline):
    """Teams from-until. A membership is ended, never deleted: access ends on its last day."""

    model = TeamMembership
    fields = ["team", "fte", "is_trainee", "started_on", "ended_on"]
    extra = 0
    can_delete = False

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        """A plain choice of team, made and changed on a page of its own; a membership begins today."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "team":
            field.widget = field.widget.widget
        if field is not None and db_field.name == "started_on":
            field.initial = timezone.localdate
        return field


@admin.register(User)
class UserAdmin(SafeAdmin, DjangoUserAdmin):
    form = UserForm
    add_form = NewUserForm
    add_form_template = "admin/change_form.html"
    inlines = [TeamMembershipInline]
    list_display = ["list_name", "username", "role", "teams_today", "is_active"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "staff_number", "first_name", "last_name"]
    ordering = ["last_name", "first_name", "pk"]
    filter_horizontal = []
    actions = ["invite", "forget_second_factors", "forget_identities"]
    readonly_fields = ["sign_in", "last_login"]
    fieldsets = [
        (None, {"fields": FACTS}),
        (gettext_lazy("Signing in"), {"fields": ["is_active", "sign_in", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": [*FACTS, "password"]})]

    def get_queryset(self, request: HttpRequest):
        current = TeamMembership.objects.current().select_related("team").order_by("team__name")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("memberships", current, "current_memberships"))
        )

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def list_name(self, user: User) -> str:
        return user.list_name

    @admin.display(description=gettext_lazy("teams"))
    def teams_today(self, user: User) -> str:
        return ", ".join(membership.team.name for membership in vars(user)["current_memberships"]) or "–"

    @admin.display(description=gettext_lazy("password"))
    def sign_in(self, user: User) -> str:
        """Whether there is a password, and where another one is set; never the password itself."""
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        if user.has_usable_password():
            return format_html('{} <a href="{}">{}</a>', _("Has a password."), url, _("Set another password"))
        return format_html('{} <a href="{}">{}</a>', _("Has no password yet."), url, _("Set a password"))

    def get_actions(self, request: HttpRequest) -> dict:
        """Without single sign-on there is no link to remove."""
        offered = super().get_actions(request)
        return {name: it for name, it in offered.items() if name != "forget_identities" or is_on()}

    @admin.action(description=gettext_lazy("Invite by e-mail to choose a password"))
    def invite(self, request: HttpRequest, people) -> None:
        invite = partial(services.invite_staff_member, by=signed_in(request))
        _for_each(request, people, invite, said=_("%(name)s gets an e-mail with a link."))

    @admin.action(description=gettext_lazy("Remove the second factor (lost phone or key)"))
    def forget_second_factors(self, request: HttpRequest, people) -> None:
        forget = partial(sign_on_services.forget_second_factors, by=signed_in(request))
        said = _("%(name)s sets up a new second factor at the next sign-in.")
        _for_each(request, people, forget, said=said)

    @admin.action(description=gettext_lazy("Remove the link with the sign-on service"))
    def forget_identities(self, request: HttpRequest, people) -> HttpResponse | None:
        """Asks first: everybody who signed in through it is signed out."""
        if "confirmed" not in request.POST:
            context = self.admin_site.each_context(request) | {
                "title": _("Remove the link with %(service)s") % {"service": service_name()},
                "opts": self.opts,
                "people": people,
                "service": service_name(),
            }
            return TemplateResponse(request, "admin/staff/forget_identities.html", context)
        forget = partial(sign_on_services.forget_identities, by=signed_in(request))
        said = _("%(name)s signs in with user name and password from now on, and can link again.")
        _for_each(request, people, forget, said=said)
        return None

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            kept = request.session.session_key if obj == request.user else None
            services.correct_staff_member(user=obj, by=signed_in(request), kept=kept, **facts)
        else:
            obj.pk = services.create_staff_member(**form.cleaned_data, by=signed_in(request)).pk

    def save_formset(self, request: HttpRequest, form, formset, change: bool) -> None:  # noqa: ARG002
        """Each membership through its service: the formset itself writes nothing."""
        formset.save(commit=False)
        for membership in formset.new_objects:
            _join(membership, by=signed_in(request))
        for membership, changed in formset.changed_objects:
            facts = {name: getattr(membership, name) for name in changed}
            services.correct_membership(membership=membership, by=signed_in(request), **facts)

    @sensitive_post_parameters_m
    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's own page; a password that was set leaves an audit line."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = self.get_object(request, id)
            action = StaffAction.PASSWORD_SET if user.has_usable_password() else StaffAction.PASSWORD_REMOVED
            audit.record(by=signed_in(request), action=action, target=user)
        return response


def _for_each(request: HttpRequest, people, service: Callable, *, said: str) -> None:
    """Call `service` for each person, and say of each how it went."""
    for person in people:
        with refusals_told(request):
            service(user=person)
            messages.success(request, said % {"name": person})


def _join(membership: TeamMembership, *, by: User) -> None:
    joined = services.join_team(
        user=membership.user,
        team=membership.team,
        fte=membership.fte,
        is_trainee=membership.is_trainee,
        started_on=membership.started_on,
        by=by,
    )
    if membership.ended_on is not None:
        services.leave_team(membership=joined, on=membership.ended_on, by=by)
    membership.pk = joined.pk

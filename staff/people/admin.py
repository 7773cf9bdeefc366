"""Teams with their inhabitants, and the people who work in them.

What lets somebody see more, or sign in another way, is only asked here: a second person confirms it (ADR 35).
"""

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import InlineAdminFormSet
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.admin import sensitive_post_parameters_m
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from ipsplatform.common.admin import INPUTS
from ipsplatform.common.periods import running_on_q
from ipsplatform.common.refusals import refusals_told
from staff.asking import services as asking
from staff.asking.texts import in_short
from staff.models import AccessChange, Team, TeamMembership, User
from staff.people import services
from staff.people.forms import FACTS, AskPasswordForm, MembershipFormSet, NewUserForm, UserForm
from staff.requests import signed_in
from staff.sign_on import services as sign_on_services
from staff.sign_on.provider import is_on, service_name
from staff.typed.versioned_admin import VersionedAdmin

WAITS = gettext_lazy(
    "The change for %(name)s is asked. It holds when a second person confirms it: another administrator or "
    "the team lead."
)
INVITE_THEN = gettext_lazy("Invite %(name)s after that.")
ASKED = gettext_noop("request to a second person")  # in the history of an account
ONLY_WAITS = "only_waits"  # on a request that saved nothing which holds already


@admin.register(Team)
class TeamAdmin(VersionedAdmin):
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


class TeamMembershipInline(admin.StackedInline):
    """Teams from-until. A membership is ended, never deleted: access ends on its last day."""

    model = TeamMembership
    fields = [("team", "fte"), ("started_on", "ended_on"), "is_trainee"]
    formfield_overrides = INPUTS
    formset = MembershipFormSet
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


class TeamsOnPage(InlineAdminFormSet):
    """The teams of a person on the page."""

    def inline_formset_data(self) -> str:
        """What Django's script reads."""
        data = json.loads(super().inline_formset_data())
        data["options"]["addText"] = _("Add a team")
        return json.dumps(data)


@admin.register(User)
class UserAdmin(VersionedAdmin, DjangoUserAdmin):
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
    readonly_fields = ["sign_in", "last_login", "waiting"]
    change_password_form = AskPasswordForm
    change_user_password_template = "admin/staff/change_password.html"  # noqa: S105 (a page)
    fieldsets = [
        (None, {"fields": FACTS}),
        (gettext_lazy("Signing in"), {"fields": ["is_active", "sign_in", "last_login"]}),
        (gettext_lazy("Second person"), {"fields": ["waiting", "why"]}),
    ]
    add_fieldsets = [
        (None, {"fields": [*FACTS, "password"]}),
        (gettext_lazy("Second person"), {"fields": ["why"]}),
    ]

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

    @admin.display(description=gettext_lazy("waits for a second person"))
    def waiting(self, user: User) -> str:
        """What is asked for this person and not confirmed yet, each with the way to it."""
        rows = in_short(AccessChange.objects.open().filter(person=user).select_related("person"))
        url = "staff:access_change_detail"
        links = [(reverse(url, args=[row.public_id]), text) for row, text in rows.items()]
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>', links) or "–"

    def get_actions(self, request: HttpRequest) -> dict:
        """Without single sign-on there is no link to remove."""
        offered = super().get_actions(request)
        return {name: it for name, it in offered.items() if name != "forget_identities" or is_on()}

    @admin.action(description=gettext_lazy("Invite by e-mail to choose a password"))
    def invite(self, request: HttpRequest, people) -> None:
        invite = partial(services.invite_staff_member, by=signed_in(request))
        _for_each(request, people, invite, said=_("%(name)s gets an e-mail with a link."))

    @admin.action(description=gettext_lazy("Remove the second factor (lost phone or key)"))
    def forget_second_factors(self, request: HttpRequest, people) -> HttpResponse | None:
        """Asks why first: a second person confirms it."""
        why = request.POST.get("why", "").strip()
        if not why:
            context = self.admin_site.each_context(request) | {
                "title": _("Remove the second factor"),
                "opts": self.opts,
                "people": people,
                "is_asked_again": "why" in request.POST,
            }
            return TemplateResponse(request, "admin/staff/forget_second_factors.html", context)

        def ask(user: User) -> None:
            asking.ask_to_forget_factors(person=user, reason=why, by=signed_in(request))

        _for_each(request, people, ask, said=str(WAITS))
        return None

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
        """What holds at once. A new person comes with a closed account, whatever the role."""
        if change:
            waiting = form.waiting()
            at_once = {name: value for name, value in form.facts().items() if name not in waiting}
            kept = request.session.session_key if obj == request.user else None
            services.correct_staff_member(user=obj, by=signed_in(request), kept=kept, **at_once)
        else:
            typed = {name: value for name, value in form.cleaned_data.items() if name != "why"}
            made = services.create_staff_member(
                **typed, must_change_password=True, is_active=False, by=signed_in(request)
            )
            obj.pk = made.pk

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Memberships that hold at once, and one request for all that waits for a second person."""
        is_closed_until_then = not change
        waiting: dict[str, Any] = {"is_active": True}
        if change:
            waiting = {name: form.cleaned_data[name] for name in form.waiting()}
        memberships = []
        for formset in formsets:
            opening = formset.typed() if is_closed_until_then else formset.opens_more()
            _save_at_once(formset, opening, by=signed_in(request))
            memberships += opening
        if waiting or memberships:
            person = User.objects.get(pk=form.instance.pk)
            asking.ask_for_access(
                person=person,
                facts=waiting,
                memberships=memberships,
                reason=form.cleaned_data["why"],
                by=signed_in(request),
            )
            said = [WAITS % {"name": person}]
            if is_closed_until_then and not person.has_usable_password():
                said.append(INVITE_THEN % {"name": person})
            messages.warning(request, " ".join(said))
            at_once = {*form.facts()} - {*form.waiting()} or _opens_nothing(formsets)
            setattr(request, ONLY_WAITS, is_closed_until_then or (change and not at_once))

    def message_user(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Django's own "was changed successfully" would contradict that all of it waits."""
        if not getattr(request, ONLY_WAITS, False):
            super().message_user(request, *args, **kwargs)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[InlineAdminFormSet]:
        """Django's own, with what adding a team is called."""
        found = super().get_inline_formsets(*args, **kwargs)
        for inline in found:
            inline.__class__ = TeamsOnPage
        return found

    def construct_change_message(self, request: HttpRequest, form, formsets, add: bool = False) -> list:
        """What was edited, and apart from it what only waits: Django would tell that as edited too."""
        if not isinstance(form, UserForm) or not (
            form.waiting() or any(one.opens_more() for one in formsets)
        ):
            return super().construct_change_message(request, form, formsets, add)
        waiting = form.waiting()
        told: list = [{"added": {}}] if add else []
        at_once = _labels(form, [name for name in form.facts() if name not in waiting])
        if at_once and not add:
            told.append({"changed": {"fields": at_once}})
        asked = ", ".join(_in_a_sentence(label) for label in _labels(form, waiting)) or _("team")
        return [*told, {"added": {"name": ASKED, "object": asked}}]

    @sensitive_post_parameters_m
    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's own page. A password that is set waits for a second person; removing one does not."""
        user = self.get_object(request, id)
        if request.method != "POST" or user is None or not self.has_change_permission(request, user):
            return super().user_change_password(request, id, form_url)
        form = self.change_password_form(user, request.POST)
        if not form.is_valid():
            return super().user_change_password(request, id, form_url)
        with refusals_told(request):
            if form.cleaned_data["set_usable_password"]:
                typed, why = form.cleaned_data["password1"], form.cleaned_data["why"]
                asking.ask_for_password(person=user, password=typed, reason=why, by=signed_in(request))
                self.log_change(request, user, [{"added": {"name": ASKED, "object": _("password")}}])
                messages.warning(request, WAITS % {"name": user})
            elif "unset-password" in request.POST:
                services.remove_password(user=user, by=signed_in(request))
                self.log_change(request, user, [{"changed": {"fields": ["password"]}}])
                messages.success(request, _("%(name)s has no password any more.") % {"name": user})
        return redirect("admin:staff_user_change", user.pk)


def _in_a_sentence(label: str) -> str:
    """In the language of who asked, without the capital of a label."""
    told = _(label)
    return told[:1].lower() + told[1:]


def _labels(form: UserForm, names: Iterable[str]) -> list[str]:
    """What these fields are called, in the language of the catalogue."""
    with translation.override(None):
        return [str(form.fields[name].label or name) for name in names]


def _save_at_once(formset: MembershipFormSet, opening: list[TeamMembership], *, by: User) -> None:
    """Each membership that opens nothing through its service: the formset itself writes nothing."""
    formset.save(commit=False)
    for membership in formset.new_objects:
        if membership not in opening:
            _join(membership, by=by)
    for membership, changed in formset.changed_objects:
        if membership not in opening:
            facts = {name: getattr(membership, name) for name in changed}
            services.correct_membership(membership=membership, by=by, **facts)


def _opens_nothing(formsets: list[MembershipFormSet]) -> list[TeamMembership]:
    """The memberships, as typed, that hold at once."""
    return [one for formset in formsets for one in formset.typed() if one not in formset.opens_more()]


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

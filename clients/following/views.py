"""Assign, hand over and end: team leads only."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients import permissions
from clients.file.form_page import FormPage, render_form
from clients.following import services
from clients.following.forms import AssignmentForm, EndAssignmentForm, HandOverForm, people_to_choose
from clients.models import Assignment, Client
from ipsplatform.common.refusals import refusals_on
from staff.requests import AuthenticatedHttpRequest


@require_http_methods(["GET", "POST"])
def assignment_add(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody of the lead's teams follow the client, in that person's own role."""
    clients = Client.objects.visible_to(request.user).select_related("team")
    client = get_object_or_404(clients, public_id=public_id)
    _refuse_others(request, client)
    has_fixed_person = client.assignments.open().filter(is_primary=True).exists()
    initial = {"started_on": timezone.localdate(), "is_fixed": False}
    form = AssignmentForm(request.POST or None, initial=initial, people=people_to_choose(request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            assignment = services.assign(client=client, **form.facts(), by=request.user)
        if form.is_valid():
            messages.success(request, _("%(name)s follows this client.") % {"name": assignment.user})
            return redirect("trajectories:client_overview", client.public_id)
    explanation = (
        ""
        if has_fixed_person
        else _("This client has no fixed trajectbegeleider yet: the first one whom you assign becomes it.")
    )
    return _form_page(request, form, client, _("Assign somebody"), _("Assign"), explanation=explanation)


@require_http_methods(["GET", "POST"])
def assignment_hand_over(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody else take over from a day; the one before follows until the day before."""
    assignment = _assignment(request, public_id)
    people = people_to_choose(request.user).exclude(pk=assignment.user_id)
    form = HandOverForm(request.POST or None, initial={"on": timezone.localdate()}, people=people)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.hand_over(assignment=assignment, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Handed over to %(name)s.") % {"name": form.cleaned_data["to"]})
            return redirect("trajectories:client_overview", assignment.client.public_id)
    title = _("Hand over from %(name)s") % {"name": assignment.user}
    return _form_page(request, form, assignment.client, title, _("Hand over"))


@require_http_methods(["GET", "POST"])
def assignment_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody stop following the client."""
    assignment = _assignment(request, public_id)
    form = EndAssignmentForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.end_assignment(assignment=assignment, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Assignment of %(name)s ended.") % {"name": assignment.user})
            return redirect("trajectories:client_overview", assignment.client.public_id)
    title = _("End the assignment of %(name)s") % {"name": assignment.user}
    return _form_page(request, form, assignment.client, title, _("End assignment"))


def _assignment(request: AuthenticatedHttpRequest, public_id: UUID) -> Assignment:
    assignments = Assignment.objects.visible_to(request.user).select_related("client__team", "user")
    assignment = get_object_or_404(assignments, public_id=public_id)
    _refuse_others(request, assignment.client)
    return assignment


def _refuse_others(request: AuthenticatedHttpRequest, client: Client) -> None:
    if not permissions.can_assign_client(request.user, client):
        raise PermissionDenied(_("Only the team lead decides who follows a client. Ask your team lead."))


def _form_page(
    request: AuthenticatedHttpRequest,
    form,
    client: Client,
    title: str,
    submit_label: str,
    *,
    explanation: str = "",
) -> HttpResponse:
    page = FormPage(
        client=client,
        title=title,
        submit_label=submit_label,
        back_url=reverse("trajectories:client_overview", args=[client.public_id]),
        draft=f"assignment-{client.public_id}",
        explanation=explanation,
    )
    return render_form(request, form, page)

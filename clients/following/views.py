"""Assign, hand over and end: team leads only."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import permissions
from clients.file.form_page import FormPage, form_page
from clients.file.look_up import client_or_404, visible_or_404
from clients.file.tabs import tab_url
from clients.following import services
from clients.following.forms import (
    AssignmentForm,
    CorrectAssignmentForm,
    EndAssignmentForm,
    HandOverForm,
    people_to_choose,
)
from clients.models import Assignment, Client
from ipsplatform.common.access import AccessAction, form_to
from staff.requests import AuthenticatedHttpRequest


@form_to(AccessAction.CREATE)
def assignment_add(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody of the lead's teams follow the client, in that person's own role."""
    client = client_or_404(request, public_id, may=permissions.can_assign_client, or_else=_who_assigns)
    initial = {"started_on": timezone.localdate(), "is_fixed": False}
    form = AssignmentForm(request.POST or None, initial=initial, people=people_to_choose(request.user))
    page = _page(client, _("Assign somebody"), _("Assign"), explanation=_who_becomes_fixed(client))
    save = partial(services.assign, client=client)
    return form_page(request, form, page, save, said=_follows)


@form_to(AccessAction.UPDATE)
def assignment_hand_over(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody else take over from a day; the one before follows until the day before."""
    assignment = _assignment(request, public_id)
    people = people_to_choose(request.user).exclude(pk=assignment.user_id)
    form = HandOverForm(request.POST or None, initial={"on": timezone.localdate()}, people=people)
    title = _("Hand over from %(name)s") % {"name": assignment.user}
    page = _page(assignment.client, title, _("Hand over"))
    save = partial(services.hand_over, assignment=assignment)
    return form_page(request, form, page, save, said=_handed_over)


@form_to(AccessAction.UPDATE)
def assignment_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Move a day, or take the end back; the earlier version is kept."""
    assignment = _assignment(request, public_id)
    typed = {"started_on": assignment.started_on, "ended_on": assignment.ended_on}
    form = CorrectAssignmentForm(request.POST or None, initial=typed)
    title = _("Correct the assignment of %(name)s") % {"name": assignment.user}
    page = _page(assignment.client, title, _("Save"))
    save = partial(services.correct_assignment, assignment=assignment)
    said = _("Assignment of %(name)s corrected. The earlier version is kept.") % {"name": assignment.user}
    return form_page(request, form, page, save, said=said, edits=assignment)


@form_to(AccessAction.UPDATE)
def assignment_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody stop following the client."""
    assignment = _assignment(request, public_id)
    form = EndAssignmentForm(request.POST or None, initial={"on": timezone.localdate()})
    title = _("End the assignment of %(name)s") % {"name": assignment.user}
    page = _page(assignment.client, title, _("End assignment"))
    save = partial(services.end_assignment, assignment=assignment)
    said = _("Assignment of %(name)s ended.") % {"name": assignment.user}
    return form_page(request, form, page, save, said=said)


def _assignment(request: AuthenticatedHttpRequest, public_id: UUID) -> Assignment:
    may = permissions.can_assign_client
    return visible_or_404(request, Assignment, public_id, "user", may_client=may, or_else=_who_assigns)


def _who_assigns() -> str:
    return _("Only the team lead decides who follows a client. Ask your team lead.")


def _who_becomes_fixed(client: Client) -> str:
    if client.assignments.open().filter(is_primary=True).exists():
        return ""
    return _("This client has no fixed trajectbegeleider yet: the first one whom you assign becomes it.")


def _follows(assignment: Assignment) -> str:
    return _("%(name)s follows this client.") % {"name": assignment.user}


def _handed_over(assignment: Assignment) -> str:
    return _("Handed over to %(name)s.") % {"name": assignment.user}


def _page(client: Client, title: str, submit_label: str, *, explanation: str = "") -> FormPage:
    return FormPage(
        client=client,
        title=title,
        submit_label=submit_label,
        back_url=tab_url(client),
        explanation=explanation,
    )

"""Start a trajectory, write down wish and next step, correct facts, end it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.refusals import refusals_on
from staff.models import TeamKind
from trajectories import permissions, services
from trajectories.forms.trajectory import (
    CorrectTrajectoryForm,
    EndTrajectoryForm,
    PlanForm,
    StartTrajectoryForm,
    trajectory_as_typed,
)
from trajectories.models import Trajectory, TrajectoryKind
from trajectories.selectors.client_file import running_jobs_of
from trajectories.views.form_page import FormPage, refuse_unless, render_form


@require_http_methods(["GET", "POST"])
def trajectory_start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enrol a client: day 0."""
    clients = Client.objects.visible_to(request.user).select_related("team")
    client = get_object_or_404(clients, public_id=public_id)
    refuse_unless(permissions.can_start_trajectory(request.user, client))
    initial = {
        "kind": _usual_kind(client),
        "enrolled_on": timezone.localdate(),
        "hours_worked_at_enrolment": 0,
    }
    form = StartTrajectoryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.start_trajectory(client=client, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Trajectory started."))
            return redirect("trajectories:client_overview", client.public_id)
    page = FormPage(
        client,
        _("Start trajectory"),
        _("Start"),
        draft=f"trajectory-start-{client.public_id}",
        explanation=_("Nobody is excluded. A client who wants to work can start; the rest may follow later."),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def trajectory_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The wish in the client's own words, and the next step."""
    trajectory = _trajectory(request, public_id)
    refuse_unless(permissions.can_edit_trajectory(request.user, trajectory))
    form = PlanForm(request.POST or None, initial=trajectory_as_typed(trajectory))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.correct_trajectory(trajectory=trajectory, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Wish and next step saved."))
            return redirect("trajectories:client_overview", trajectory.client.public_id)
    page = FormPage(
        trajectory.client, _("Wish and next step"), _("Save"), draft=f"plan-{trajectory.public_id}"
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def trajectory_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change the facts of a trajectory; what stood there is kept."""
    trajectory = _trajectory(request, public_id)
    refuse_unless(permissions.can_edit_trajectory(request.user, trajectory))
    form = CorrectTrajectoryForm(
        request.POST or None, initial=trajectory_as_typed(trajectory), trajectory=trajectory
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.correct_trajectory(trajectory=trajectory, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Trajectory changed. What stood there is kept."))
            return redirect("trajectories:client_journey", trajectory.client.public_id)
    page = FormPage(
        trajectory.client,
        _("Change facts of the trajectory"),
        _("Save"),
        draft=f"trajectory-{trajectory.public_id}",
        back_to="journey",
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def trajectory_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a trajectory; jobs that run go on, and the file stays readable."""
    trajectory = _trajectory(request, public_id)
    refuse_unless(permissions.can_end_trajectory(request.user, trajectory))
    form = EndTrajectoryForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.end_trajectory(trajectory=trajectory, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Trajectory ended. The file stays here, and contacts can go on."))
            return redirect("trajectories:client_overview", trajectory.client.public_id)
    page = FormPage(
        trajectory.client,
        _("End trajectory"),
        _("End trajectory"),
        draft=f"trajectory-end-{trajectory.public_id}",
        back_to="journey",
        explanation=_("The file stays readable, and you can go on writing contacts."),
        notes=_running_jobs(trajectory),
    )
    return render_form(request, form, page)


def _usual_kind(client: Client) -> str:
    return TrajectoryKind.MSS if client.team and client.team.kind == TeamKind.MSS else TrajectoryKind.IPS


def _trajectory(request: HttpRequest, public_id: UUID) -> Trajectory:
    trajectories = Trajectory.objects.visible_to(request.user).select_related("client__team")
    return get_object_or_404(trajectories, public_id=public_id)


def _running_jobs(trajectory: Trajectory) -> tuple[str, ...]:
    return tuple(
        _("The job at %(employer)s (since %(day)s) goes on and stays in the file.")
        % {"employer": job.employer.name, "day": day_text(job.started_on)}
        for job in running_jobs_of(trajectory)
    )

"""Start, describe, correct and end a trajectory, and move through its stages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.file.form_page import FormPage, refuse_unless, render_form
from clients.file.tabs import tab_url
from clients.models import Client
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.refusals import refusals_on, refusals_told
from staff.models import TeamKind
from staff.requests import AuthenticatedHttpRequest
from trajectories import permissions
from trajectories.journey import services
from trajectories.journey.forms import (
    CorrectStageForm,
    CorrectTrajectoryForm,
    EndStageForm,
    EndTrajectoryForm,
    MoveStageForm,
    PlanForm,
    StartTrajectoryForm,
    stage_as_typed,
    trajectory_as_typed,
)
from trajectories.models import StagePeriod, StagePeriodHistory, Trajectory, TrajectoryKind


@require_http_methods(["GET", "POST"])
def trajectory_start(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
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
        client=client,
        title=_("Start trajectory"),
        submit_label=_("Start"),
        draft=f"trajectory-start-{client.public_id}",
        explanation=_("Nobody is excluded. A client who wants to work can start; the rest may follow later."),
        back_url=tab_url(client),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def trajectory_plan(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
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
        client=trajectory.client,
        title=_("Wish and next step"),
        submit_label=_("Save"),
        draft=f"plan-{trajectory.public_id}",
        back_url=tab_url(trajectory.client),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def trajectory_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
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
        client=trajectory.client,
        title=_("Change facts of the trajectory"),
        submit_label=_("Save"),
        draft=f"trajectory-{trajectory.public_id}",
        back_url=tab_url(trajectory.client, "journey"),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def trajectory_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
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
        client=trajectory.client,
        title=_("End trajectory"),
        submit_label=_("End trajectory"),
        draft=f"trajectory-end-{trajectory.public_id}",
        back_url=tab_url(trajectory.client, "journey"),
        explanation=_("The file stays readable, and you can go on writing contacts."),
        notes=_running_jobs(trajectory),
    )
    return render_form(request, form, page)


def _usual_kind(client: Client) -> str:
    return TrajectoryKind.MSS if client.team and client.team.kind == TeamKind.MSS else TrajectoryKind.IPS


def _trajectory(request: AuthenticatedHttpRequest, public_id: UUID) -> Trajectory:
    trajectories = Trajectory.objects.visible_to(request.user).select_related("client__team")
    return get_object_or_404(trajectories, public_id=public_id)


def _running_jobs(trajectory: Trajectory) -> tuple[str, ...]:
    return tuple(
        _("The job at %(employer)s (since %(day)s) goes on and stays in the file.")
        % {"employer": job.employer.name, "day": day_text(job.started_on)}
        for job in trajectory.jobs.running_or_coming_on(timezone.localdate())
    )


@require_http_methods(["GET", "POST"])
def stage_move(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Any stage may follow any other; a paid job is registered as a job."""
    trajectory = _movable_trajectory(request, public_id)
    current = trajectory.stage_periods.open().first()
    form = MoveStageForm(request.POST or None, initial={"on": timezone.localdate()}, current=current)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            period = services.move_to_stage(trajectory=trajectory, **form.cleaned_data, by=request.user)
        if form.is_valid():
            undo_url = reverse("trajectories:stage_undo", args=[trajectory.public_id, period.public_id])
            text = _("Stage: %(stage)s.") % {"stage": period.get_stage_display()}
            messages.success(request, text, extra_tags=undo_url)
            return redirect("trajectories:client_journey", trajectory.client.public_id)
    page = FormPage(
        client=trajectory.client,
        title=_("Move to a stage"),
        submit_label=_("Save"),
        draft=f"stage-move-{trajectory.public_id}",
        back_url=tab_url(trajectory.client, "journey"),
        explanation=_where_now(current),
        link_url=reverse("trajectories:job_register", args=[trajectory.public_id]),
        link_label=_("A paid job? Register the job; the stage follows from it."),
    )
    return render_form(request, form, page)


@require_POST
def stage_undo(request: AuthenticatedHttpRequest, public_id: UUID, period_id: UUID) -> HttpResponse:
    """Take the last move back, right after it. The button stands in the message about the move."""
    trajectory = _movable_trajectory(request, public_id)
    period = trajectory.stage_periods.filter(public_id=period_id).first()
    if period is None:
        get_object_or_404(StagePeriodHistory, trajectory=trajectory, public_id=period_id)
        messages.info(request, _("This move was already undone."))
    else:
        _undo(request, period)
    return redirect("trajectories:client_journey", trajectory.client.public_id)


@require_http_methods(["GET", "POST"])
def stage_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let a stage end without another one following."""
    period = _period(request, public_id)
    form = EndStageForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.end_stage(period=period, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Stage ended."))
            return redirect("trajectories:client_journey", period.trajectory.client.public_id)
    page = FormPage(
        client=period.trajectory.client,
        title=_("End stage: %(stage)s") % {"stage": period.get_stage_display()},
        submit_label=_("End stage"),
        draft=f"stage-end-{period.public_id}",
        back_url=tab_url(period.trajectory.client, "journey"),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def stage_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Correct a recorded stage; what stood there is kept."""
    period = _period(request, public_id)
    form = CorrectStageForm(request.POST or None, initial=stage_as_typed(period))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.correct_stage(period=period, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Stage corrected. What stood there is kept."))
            return redirect("trajectories:client_journey", period.trajectory.client.public_id)
    page = FormPage(
        client=period.trajectory.client,
        title=_("Correct stage"),
        submit_label=_("Save"),
        draft=f"stage-{period.public_id}",
        back_url=tab_url(period.trajectory.client, "journey"),
    )
    return render_form(request, form, page)


def _movable_trajectory(request: AuthenticatedHttpRequest, public_id: UUID) -> Trajectory:
    trajectories = Trajectory.objects.visible_to(request.user).select_related("client__team")
    trajectory = get_object_or_404(trajectories, public_id=public_id)
    refuse_unless(permissions.can_move_stage(request.user, trajectory))
    return trajectory


def _undo(request: AuthenticatedHttpRequest, period: StagePeriod) -> None:
    with refusals_told(request):
        services.undo_stage_move(period=period, by=request.user)
        messages.success(request, _("Undone. The stages are as they were before."))


def _period(request: AuthenticatedHttpRequest, public_id: UUID) -> StagePeriod:
    periods = StagePeriod.objects.visible_to(request.user).select_related("trajectory__client__team")
    period = get_object_or_404(periods, public_id=public_id)
    refuse_unless(permissions.can_correct_stage(request.user, period))
    return period


def _where_now(current: StagePeriod | None) -> str:
    if current is None:
        return _("The client is in no stage now. Any stage is possible.")
    return _("Now: %(stage)s, since %(day)s. Any stage is possible, also back.") % {
        "stage": current.get_stage_display(),
        "day": day_text(current.started_on),
    }

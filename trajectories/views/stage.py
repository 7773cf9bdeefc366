"""Move to a stage, take that back, end one, correct one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ipsplatform.common.day_texts import day_text
from ipsplatform.common.refusals import refusals_on, refusals_told
from trajectories import permissions, services
from trajectories.forms.stage import CorrectStageForm, EndStageForm, MoveStageForm, stage_as_typed
from trajectories.models import StagePeriod, StagePeriodHistory, Trajectory
from trajectories.selectors.client_file import open_stage_of
from trajectories.views.form_page import FormPage, refuse_unless, render_form


@require_http_methods(["GET", "POST"])
def stage_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Any stage may follow any other; a paid job is registered as a job."""
    trajectory = _trajectory(request, public_id)
    current = open_stage_of(trajectory)
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
        trajectory.client,
        _("Move to a stage"),
        _("Save"),
        draft=f"stage-move-{trajectory.public_id}",
        back_to="journey",
        explanation=_where_now(current),
        link_url=reverse("trajectories:job_register", args=[trajectory.public_id]),
        link_label=_("A paid job? Register the job; the stage follows from it."),
    )
    return render_form(request, form, page)


@require_POST
def stage_undo(request: HttpRequest, public_id: UUID, period_id: UUID) -> HttpResponse:
    """Take the last move back, right after it. The button stands in the message about the move."""
    trajectory = _trajectory(request, public_id)
    period = trajectory.stage_periods.filter(public_id=period_id).first()
    if period is None:
        get_object_or_404(StagePeriodHistory, trajectory=trajectory, public_id=period_id)
        messages.info(request, _("This move was already undone."))
    else:
        _undo(request, period)
    return redirect("trajectories:client_journey", trajectory.client.public_id)


@require_http_methods(["GET", "POST"])
def stage_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
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
        period.trajectory.client,
        _("End stage: %(stage)s") % {"stage": period.get_stage_display()},
        _("End stage"),
        draft=f"stage-end-{period.public_id}",
        back_to="journey",
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def stage_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
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
        period.trajectory.client,
        _("Correct stage"),
        _("Save"),
        draft=f"stage-{period.public_id}",
        back_to="journey",
    )
    return render_form(request, form, page)


def _trajectory(request: HttpRequest, public_id: UUID) -> Trajectory:
    trajectories = Trajectory.objects.visible_to(request.user).select_related("client__team")
    trajectory = get_object_or_404(trajectories, public_id=public_id)
    refuse_unless(permissions.can_move_stage(request.user, trajectory))
    return trajectory


def _undo(request: HttpRequest, period: StagePeriod) -> None:
    with refusals_told(request):
        services.undo_stage_move(period=period, by=request.user)
        messages.success(request, _("Undone. The stages are as they were before."))


def _period(request: HttpRequest, public_id: UUID) -> StagePeriod:
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

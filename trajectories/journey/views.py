"""Start, describe, correct and end a trajectory, and move through its stages."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, form_page
from clients.file.look_up import client_or_404, visible_or_404
from clients.file.tabs import tab_url
from clients.models import Client
from ipsplatform.common.access import AccessAction, form_to
from ipsplatform.common.day_texts import day_text
from ipsplatform.common.form_fields import YES
from staff.models import TeamKind
from staff.requests import AuthenticatedHttpRequest
from trajectories import permissions
from trajectories.journey import services
from trajectories.journey.forms import (
    AddStageForm,
    CorrectStageForm,
    CorrectTrajectoryForm,
    EndStageForm,
    MoveStageForm,
    PlanForm,
    ReopenTrajectoryForm,
    StartTrajectoryForm,
    WithdrawStageForm,
    WithdrawTrajectoryForm,
    stage_as_typed,
    trajectory_as_typed,
)
from trajectories.models import StagePeriod, Trajectory, TrajectoryKind


@form_to(AccessAction.CREATE)
def trajectory_start(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Enrol a client: day 0."""
    client = client_or_404(request, public_id, may=permissions.can_start_trajectory)
    initial = {
        "kind": _usual_kind(client),
        "enrolled_on": timezone.localdate(),
        "hours_worked_at_enrolment": 0,
    }
    page = FormPage(
        client=client,
        title=_("Start trajectory"),
        submit_label=_("Start"),
        explanation=_("Nobody is excluded. A client who wants to work can start; the rest may follow later."),
        back_url=tab_url(client),
    )
    form = StartTrajectoryForm(request.POST or None, initial=initial)
    save = partial(services.start_trajectory, client=client)
    return form_page(request, form, page, save, said=_("Trajectory started."))


@form_to(AccessAction.UPDATE)
def trajectory_plan(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """The wish in the client's own words, and the next step."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_edit_trajectory)
    page = FormPage(
        client=trajectory.client,
        title=_("Wish and next step"),
        submit_label=_("Save"),
        back_url=tab_url(trajectory.client),
    )
    form = PlanForm(request.POST or None, initial=trajectory_as_typed(trajectory))
    save = partial(services.correct_trajectory, trajectory=trajectory)
    return form_page(request, form, page, save, said=_("Wish and next step saved."), edits=trajectory)


@form_to(AccessAction.UPDATE)
def trajectory_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Change the facts of a trajectory; the earlier version is kept."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_edit_trajectory)
    page = FormPage(
        client=trajectory.client,
        title=_("Change facts of the trajectory"),
        submit_label=_("Save"),
        back_url=tab_url(trajectory.client, "journey"),
    )
    typed = trajectory_as_typed(trajectory)
    form = CorrectTrajectoryForm(request.POST or None, initial=typed, trajectory=trajectory)
    save = partial(services.correct_trajectory, trajectory=trajectory)
    return form_page(
        request,
        form,
        page,
        save,
        said=_("Trajectory changed. The earlier version is kept."),
        edits=trajectory,
    )


@form_to(AccessAction.UPDATE)
def trajectory_reopen(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let a trajectory go on that was ended by mistake."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_end_trajectory)
    page = FormPage(
        client=trajectory.client,
        title=_("Let the trajectory go on"),
        submit_label=_("Go on"),
        back_url=tab_url(trajectory.client, "journey"),
        explanation=_("For an end by mistake. For somebody who comes back later, start a new trajectory."),
    )
    stage = None if trajectory.is_open else services.stage_ended_with(trajectory)
    form = ReopenTrajectoryForm(request.POST or None, initial={"stage_goes_on": YES}, stage=stage)
    save = partial(services.reopen_trajectory, trajectory=trajectory)
    return form_page(request, form, page, save, said=_("The trajectory goes on."))


@form_to(AccessAction.DELETE)
def trajectory_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Take back a trajectory that was started by mistake."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_edit_trajectory)
    page = FormPage(
        client=trajectory.client,
        title=_("Withdraw trajectory"),
        submit_label=_("Withdraw"),
        back_url=tab_url(trajectory.client, "journey"),
        explanation=_(
            "For a trajectory that was started by mistake: it goes from pages and figures, and stays in the "
            "history. A trajectory that is over is ended, not withdrawn."
        ),
    )
    form = WithdrawTrajectoryForm(request.POST or None)
    save = partial(services.withdraw_trajectory, trajectory=trajectory)
    return form_page(request, form, page, save, said=_("Trajectory withdrawn."))


def _usual_kind(client: Client) -> str:
    return TrajectoryKind.MSS if client.team and client.team.kind == TeamKind.MSS else TrajectoryKind.IPS


@form_to(AccessAction.UPDATE)
def stage_move(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Any stage may follow any other; a paid job is registered as a job."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_move_stage)
    current = trajectory.stage_periods.open().first()
    page = FormPage(
        client=trajectory.client,
        title=_("Move to a stage"),
        submit_label=_("Save"),
        back_url=tab_url(trajectory.client, "journey"),
        explanation=_where_now(current),
        link_url=reverse("trajectories:job_register", args=[trajectory.public_id]),
        link_label=_("A paid job? Register the job; the stage follows from it."),
    )
    form = MoveStageForm(request.POST or None, initial={"on": timezone.localdate()}, current=current)
    save = partial(services.move_to_stage, trajectory=trajectory)
    beside = {_("Stage"): current.get_stage_display() if current else _("no stage")}
    edits = current or trajectory
    return form_page(request, form, page, save, said=_stage_text, edits=edits, beside=beside)


@form_to(AccessAction.UPDATE)
def stage_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Let a stage end without another one following."""
    period = visible_or_404(request, StagePeriod, public_id, may=permissions.can_correct_stage)
    page = FormPage(
        client=period.trajectory.client,
        title=_("End stage: %(stage)s") % {"stage": period.get_stage_display()},
        submit_label=_("End stage"),
        back_url=tab_url(period.trajectory.client, "journey"),
    )
    form = EndStageForm(request.POST or None, initial={"on": timezone.localdate()})
    save = partial(services.end_stage, period=period)
    return form_page(request, form, page, save, said=_("Stage ended."))


@form_to(AccessAction.UPDATE)
def stage_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Correct a recorded stage; the earlier version is kept."""
    period = visible_or_404(request, StagePeriod, public_id, may=permissions.can_correct_stage)
    page = FormPage(
        client=period.trajectory.client,
        title=_("Correct stage"),
        submit_label=_("Save"),
        back_url=tab_url(period.trajectory.client, "journey"),
    )
    form = CorrectStageForm(request.POST or None, initial=stage_as_typed(period))
    save = partial(services.correct_stage, period=period)
    return form_page(
        request, form, page, save, said=_("Stage corrected. The earlier version is kept."), edits=period
    )


@form_to(AccessAction.DELETE)
def stage_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Take back a stage that was recorded by mistake."""
    period = visible_or_404(request, StagePeriod, public_id, may=permissions.can_correct_stage)
    page = FormPage(
        client=period.trajectory.client,
        title=_("Withdraw stage: %(stage)s") % {"stage": period.get_stage_display()},
        submit_label=_("Withdraw"),
        back_url=tab_url(period.trajectory.client, "journey"),
        explanation=_("For a stage that was recorded by mistake. It stays in the history."),
    )
    before = services.stage_before(period)
    form = WithdrawStageForm(request.POST or None, initial={"before_goes_on": YES}, before=before)
    save = partial(services.withdraw_stage, period=period)
    return form_page(request, form, page, save, said=_("Stage withdrawn."))


@form_to(AccessAction.CREATE)
def stage_add(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Put in a stage that was forgotten, and move its neighbours in the same form."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_move_stage)
    there = list(trajectory.stage_periods.order_by("started_on", "pk"))
    page = FormPage(
        client=trajectory.client,
        title=_("Put in a forgotten stage"),
        submit_label=_("Save"),
        back_url=tab_url(trajectory.client, "journey"),
        explanation=_("Stages do not overlap: move the days of the stages before and after it as well."),
    )
    form = AddStageForm(request.POST or None, there=there)
    save = partial(services.add_stage, trajectory=trajectory)
    return form_page(request, form, page, save, said=_stage_put_in, edits=trajectory)


def _stage_put_in(period: StagePeriod) -> str:
    return _("Stage put in: %(stage)s.") % {"stage": period.get_stage_display()}


def _stage_text(period: StagePeriod) -> str:
    return _("Stage: %(stage)s.") % {"stage": period.get_stage_display()}


def _where_now(current: StagePeriod | None) -> str:
    if current is None:
        return _("The client is in no stage now. Any stage is possible.")
    return _("Now: %(stage)s, since %(day)s. Any stage is possible, also back.") % {
        "stage": current.get_stage_display(),
        "day": day_text(current.started_on),
    }

"""Register a job, correct it, and end it with what comes next."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.file.form_page import FormPage, form_page
from clients.file.look_up import visible_or_404
from clients.file.tabs import tab_url
from ipsplatform.common.access import AccessAction, form_to
from ipsplatform.common.written import day_in_link
from staff.requests import AuthenticatedHttpRequest
from staff.typed.sending import memory_of
from trajectories import permissions
from trajectories.jobs import services
from trajectories.jobs.forms import (
    CallOffJobForm,
    CorrectJobForm,
    EndJobForm,
    EndTrajectoryForm,
    RegisterJobForm,
    WithdrawJobForm,
    empty_job,
    job_as_typed,
)
from trajectories.jobs.services import AfterJob
from trajectories.journey.selectors import who_would_stop
from trajectories.models import Job, Trajectory


@form_to(AccessAction.CREATE)
def job_register(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Register a job, from any stage; nothing has to come first."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_register_job)
    page = FormPage(
        client=trajectory.client,
        title=_("Register job"),
        submit_label=_("Register"),
        back_url=tab_url(trajectory.client, "work"),
        explanation=_what_counts(),
    )
    open_stage = trajectory.stage_periods.open().first()
    form = RegisterJobForm(
        request.POST or None, initial=empty_job(), user=request.user, open_stage=open_stage
    )
    save = partial(services.register_job, trajectory=trajectory, public_id=memory_of(request, form).number)
    return form_page(request, form, page, save, said=_registered)


@form_to(AccessAction.UPDATE)
def job_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Correct a job; the earlier version is kept."""
    job = visible_or_404(request, Job, public_id, "employer", may=permissions.can_edit_job)
    page = FormPage(
        client=job.trajectory.client,
        title=_("Correct job"),
        submit_label=_("Save"),
        back_url=tab_url(job.trajectory.client, "work"),
        explanation=_what_counts(),
    )
    form = CorrectJobForm(request.POST or None, initial=job_as_typed(job), user=request.user, job=job)
    save = partial(services.correct_job, job=job)
    return form_page(
        request, form, page, save, said=_("Job corrected. The earlier version is kept."), edits=job
    )


@form_to(AccessAction.UPDATE)
def trajectory_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """End a trajectory, and say what becomes of each job that is open; the file stays readable."""
    trajectory = visible_or_404(request, Trajectory, public_id, may=permissions.can_end_trajectory)
    page = FormPage(
        client=trajectory.client,
        title=_("End trajectory"),
        submit_label=_("End trajectory"),
        back_url=tab_url(trajectory.client, "journey"),
        explanation=_("The file stays readable, and you can go on writing contacts."),
        notes=_open_stage(trajectory),
    )
    form = EndTrajectoryForm(
        request.POST or None,
        initial={
            "on": day_in_link(request.GET.get("on", "")) or timezone.localdate(),
            "reason": request.GET.get("reason", ""),
        },
        people=who_would_stop(trajectory),
        jobs=[job for job in services.open_jobs(trajectory) if job.started_on <= timezone.localdate()],
    )
    save = partial(services.end_trajectory_and_jobs, trajectory=trajectory)
    said = _("Trajectory ended. The file stays here, and contacts can go on.")
    return form_page(request, form, page, save, said=said, then=tab_url(trajectory.client))


@form_to(AccessAction.UPDATE)
def job_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """End a job, and say at once what comes next."""
    job = visible_or_404(request, Job, public_id, "employer", may=permissions.can_edit_job)
    other_jobs = job.trajectory.jobs.running_or_coming_on(timezone.localdate()).exclude(pk=job.pk)
    form = EndJobForm(
        request.POST or None,
        initial={"on": timezone.localdate(), "what_next": AfterJob.STAY},
        job=job,
        open_stage=job.trajectory.stage_periods.open().first(),
        other_jobs=list(other_jobs),
        people=who_would_stop(job.trajectory),
    )
    page = FormPage(
        client=job.trajectory.client,
        title=_("End job at %(employer)s") % {"employer": job.employer.name},
        submit_label=_("End job"),
        back_url=tab_url(job.trajectory.client, "work"),
    )
    save = partial(services.end_job_and_go_on, job=job)
    said = _("Job at %(employer)s ended.") % {"employer": job.employer.name}
    return form_page(request, form, page, save, said=said, then=lambda _job: _after_job(job, form))


@form_to(AccessAction.DELETE)
def job_withdraw(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Take back a job that was registered by mistake."""
    job = visible_or_404(request, Job, public_id, "employer", may=permissions.can_edit_job)
    page = FormPage(
        client=job.trajectory.client,
        title=_("Withdraw job at %(employer)s") % {"employer": job.employer.name},
        submit_label=_("Withdraw"),
        back_url=tab_url(job.trajectory.client, "work"),
        explanation=_(
            "For a job that was registered by mistake: it goes from pages and figures, and stays in the "
            "history. A job that is over is ended, not withdrawn."
        ),
    )
    said = _("Job at %(employer)s withdrawn.") % {"employer": job.employer.name}
    save = partial(services.withdraw_job, job=job)
    return form_page(request, WithdrawJobForm(request.POST or None), page, save, said=said)


@form_to(AccessAction.DELETE)
def job_call_off(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """An agreed job that did not come about."""
    job = visible_or_404(request, Job, public_id, "employer", may=permissions.can_edit_job)
    page = FormPage(
        client=job.trajectory.client,
        title=_("The job at %(employer)s does not come about") % {"employer": job.employer.name},
        submit_label=_("Take the job away"),
        back_url=tab_url(job.trajectory.client, "work"),
        explanation=_(
            "It counts nowhere any more. Did the client work there, be it one day? Then end the job."
        ),
    )
    save = partial(services.call_off_job, job=job)
    said = _("The job at %(employer)s does not come about.") % {"employer": job.employer.name}
    return form_page(request, CallOffJobForm(request.POST or None), page, save, said=said)


def _registered(job: Job) -> str:
    return _("Job at %(employer)s registered.") % {"employer": job.employer.name}


def _after_job(job: Job, form: EndJobForm) -> str:
    if form.cleaned_data["what_next"] == AfterJob.JOB:
        return reverse("trajectories:job_register", args=[job.trajectory.public_id])
    return tab_url(job.trajectory.client, "work")


def _what_counts() -> str:
    return _(
        "It counts as regular paid work when the answer to the three questions is yes. "
        "Other paid work is recorded too; it only counts apart."
    )


def _open_stage(trajectory: Trajectory) -> tuple[str, ...]:
    return tuple(
        _("%(stage)s ends on the same day.") % {"stage": period.get_stage_display()}
        for period in trajectory.stage_periods.open()
    )

"""Register a job, correct it, and end it with what comes next."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.file.form_page import FormPage, refuse_unless, render_form
from clients.file.tabs import tab_url
from ipsplatform.common.refusals import refusals_on
from staff.requests import AuthenticatedHttpRequest
from trajectories import permissions
from trajectories.employers.selectors import employer_names
from trajectories.jobs import services
from trajectories.jobs.forms import CorrectJobForm, EndJobForm, RegisterJobForm, empty_job, job_as_typed
from trajectories.jobs.services import AfterJob
from trajectories.models import Job, Trajectory


@require_http_methods(["GET", "POST"])
def job_register(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Register a job, from any stage; nothing has to come first."""
    trajectories = Trajectory.objects.visible_to(request.user).select_related("client__team")
    trajectory = get_object_or_404(trajectories, public_id=public_id)
    refuse_unless(permissions.can_register_job(request.user, trajectory))
    form = RegisterJobForm(
        request.POST or None, initial=empty_job(), open_stage=trajectory.stage_periods.open().first()
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            job = services.register_job(trajectory=trajectory, **form.facts(), by=request.user)
        if form.is_valid():
            messages.success(request, _("Job at %(employer)s registered.") % {"employer": job.employer.name})
            return redirect("trajectories:client_work", trajectory.client.public_id)
    page = FormPage(
        client=trajectory.client,
        title=_("Register job"),
        submit_label=_("Register"),
        draft=f"job-register-{trajectory.public_id}",
        back_url=tab_url(trajectory.client, "work"),
        explanation=_what_counts(),
        employers=employer_names(),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def job_correct(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """Correct a job; what stood there is kept."""
    job = _job(request, public_id)
    form = CorrectJobForm(request.POST or None, initial=job_as_typed(job), job=job)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.correct_job(job=job, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Job corrected. What stood there is kept."))
            return redirect("trajectories:client_work", job.trajectory.client.public_id)
    page = FormPage(
        client=job.trajectory.client,
        title=_("Correct job"),
        submit_label=_("Save"),
        draft=f"job-{job.public_id}",
        back_url=tab_url(job.trajectory.client, "work"),
        explanation=_what_counts(),
        employers=employer_names(),
    )
    return render_form(request, form, page)


@require_http_methods(["GET", "POST"])
def job_end(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """End a job, and say at once what comes next."""
    job = _job(request, public_id)
    other_jobs = job.trajectory.jobs.running_or_coming_on(timezone.localdate()).exclude(pk=job.pk)
    form = EndJobForm(
        request.POST or None,
        initial={"on": timezone.localdate(), "what_next": AfterJob.STAY},
        job=job,
        open_stage=job.trajectory.stage_periods.open().first(),
        other_job=other_jobs.first(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.end_job_and_go_on(job=job, **form.cleaned_data, by=request.user)
        if form.is_valid():
            messages.success(request, _("Job at %(employer)s ended.") % {"employer": job.employer.name})
            return _after_job(job, form.cleaned_data["what_next"])
    page = FormPage(
        client=job.trajectory.client,
        title=_("End job at %(employer)s") % {"employer": job.employer.name},
        submit_label=_("End job"),
        draft=f"job-end-{job.public_id}",
        back_url=tab_url(job.trajectory.client, "work"),
    )
    return render_form(request, form, page)


def _job(request: AuthenticatedHttpRequest, public_id: UUID) -> Job:
    jobs = Job.objects.visible_to(request.user).select_related("trajectory__client__team", "employer")
    job = get_object_or_404(jobs, public_id=public_id)
    refuse_unless(permissions.can_edit_job(request.user, job))
    return job


def _after_job(job: Job, what_next: str) -> HttpResponse:
    if what_next == AfterJob.JOB:
        return redirect("trajectories:job_register", job.trajectory.public_id)
    return redirect("trajectories:client_work", job.trajectory.client.public_id)


def _what_counts() -> str:
    return _(
        "It counts as regular paid work when the answer to the three questions is yes. "
        "Other paid work is recorded too; it only counts apart."
    )

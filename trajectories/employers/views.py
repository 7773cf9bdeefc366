"""Employers: a list, and one with its jobs and contacts."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Part
from ipsplatform.common.access import AccessAction, button_to, notes_of, only_for, reads
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from staff.typed.form_actions import press_action
from trajectories.employers import services
from trajectories.employers.selectors import (
    JOBS_SHOWN,
    contacts_with,
    employer_rows,
    jobs_at,
    with_employer_columns,
)
from trajectories.models import Contact, ContactKind, Employer, Job

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
def employer_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The employers whom this person knows, by name, with the jobs and contacts of one's own clients."""
    known = Employer.objects.visible_to(request.user).order_by("name", "pk")
    employers = with_employer_columns(known, request.user)
    page = Paginator(employers, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    notes_of(request).rows = len(page.object_list)
    context = {"page": page, "rows": employer_rows(page.object_list), "count": page.paginator.count}
    return render(request, "trajectories/employers/employer_list.html", context)


@reads
@only_for(can_open_files)
def employer_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One employer, with the jobs and contacts of clients whom this person may see."""
    employer = _employer(request, public_id)
    all_jobs = jobs_at(employer=employer, user=request.user)
    jobs = list(all_jobs[:JOBS_SHOWN])
    contacts = contacts_with(employer=employer, user=request.user)
    page = Paginator(contacts, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    _note_shown(request, jobs, list(page.object_list))
    asked = {"employer": employer.public_id, "kind": ContactKind.WERKGEVER}
    context = {
        "employer": employer,
        "jobs": jobs,
        "job_count": len(jobs) if len(jobs) < JOBS_SHOWN else all_jobs.count(),
        "page": page,
        "contact_count": page.paginator.count,
        "write_url": f"{reverse('trajectories:contact_write')}?{urlencode(asked)}",
    }
    return render(request, "trajectories/employers/employer_detail.html", context)


@button_to(AccessAction.UPDATE)
@only_for(can_open_files)
def employer_share(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One press: every team finds this employer, for instance when somebody looks for work there."""
    employer = _employer(request, public_id)
    share = partial(services.share_employer, employer=employer)
    then = reverse("trajectories:employer_detail", args=[employer.public_id])
    return press_action(request, share, said=_("Every team can find this employer now."), then=then)


def _employer(request: AuthenticatedHttpRequest, public_id: UUID) -> Employer:
    return get_object_or_404(Employer.objects.visible_to(request.user), public_id=public_id)


def _note_shown(request: AuthenticatedHttpRequest, jobs: Sequence[Job], contacts: Sequence[Contact]) -> None:
    """A line of the access log for each client of whom the page shows a job or reads out a note."""
    notes = notes_of(request)
    notes.rows = len(jobs) + len(contacts)
    notes.shows((job.trajectory.client.public_id for job in jobs), part=Part.WORK)
    about = (contact.client.public_id for contact in contacts if contact.client)
    notes.shows(about, part=Part.CONTACTS)

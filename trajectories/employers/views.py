"""Employers: a list, and one with its jobs and contacts."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from ipsplatform.common.access import notes_of, only_for, reads
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.employers.selectors import (
    JOBS_SHOWN,
    contacts_with,
    employer_rows,
    jobs_at,
    with_employer_columns,
)
from trajectories.models import ContactKind, Employer

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
def employer_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """All employers by name, with the jobs and contacts of one's own clients."""
    employers = with_employer_columns(Employer.objects.order_by("name", "pk"), request.user)
    page = Paginator(employers, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    notes_of(request).rows = len(page.object_list)
    context = {"page": page, "rows": employer_rows(page.object_list), "count": page.paginator.count}
    return render(request, "trajectories/employers/employer_list.html", context)


@reads
@only_for(can_open_files)
def employer_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """One employer, with the jobs and contacts of clients whom this person may see."""
    employer = get_object_or_404(Employer, public_id=public_id)
    jobs = jobs_at(employer=employer, user=request.user)
    contacts = contacts_with(employer=employer, user=request.user)
    page = Paginator(contacts, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    asked = {"employer": employer.public_id, "kind": ContactKind.WERKGEVER}
    context = {
        "employer": employer,
        "jobs": jobs[:JOBS_SHOWN],
        "job_count": jobs.count(),
        "page": page,
        "contact_count": page.paginator.count,
        "write_url": f"{reverse('trajectories:contact_write')}?{urlencode(asked)}",
    }
    return render(request, "trajectories/employers/employer_detail.html", context)

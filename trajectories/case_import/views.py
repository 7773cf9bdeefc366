"""Rows of imports that do not fit, for the people who may see the client that a row is about."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ipsplatform.common.access import notes_of, only_for, reads
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.case_import.selectors import SHOWN_FOR, rows_that_do_not_fit

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
def import_row_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What an import could not write, because something else is recorded about this person's clients."""
    page = Paginator(rows_that_do_not_fit(request.user), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    notes_of(request).rows = len(page.object_list)
    for row in page.object_list:
        notes_of(request).shows([row.client.public_id], part=row.part)
    context = {
        "page": page,
        "count": page.paginator.count,
        "days": SHOWN_FOR.days,
        "caseload_url": reverse("trajectories:caseload_list"),
    }
    return render(request, "trajectories/case_import/import_row_list.html", context)

"""Rows of imports that do not fit or are asked about, for the people who may see the client of a row."""

from functools import partial
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.file.form_page import about
from clients.file.look_up import client_or_404
from clients.permissions import can_write_client
from ipsplatform.common.access import AccessAction, button_to, notes_of, only_for, reads
from ipsplatform.common.form_actions import button_action
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.case_import import services
from trajectories.case_import.selectors.asked import (
    SHOWN_FOR,
    ImportQuestion,
    questions_of_imports,
    rows_that_do_not_fit,
)

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
def import_row_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What an import asks, or could not write, because something else is recorded about these clients."""
    page = Paginator(rows_that_do_not_fit(request.user), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    questions = questions_of_imports(request.user)
    notes_of(request).rows = len(page.object_list) + len(questions)
    for asked in questions:
        notes_of(request).shows([asked.client.public_id] if asked.client else [], part=asked.part)
    for row in page.object_list:
        notes_of(request).shows([row.client.public_id], part=row.part)
    context = {
        "page": page,
        "count": page.paginator.count,
        "may_answer": {one.row for one in questions if _may_answer(request, one)},
        "questions": [one for one in questions if one.is_open],
        "answered": [one for one in questions if not one.is_open],
        "days": SHOWN_FOR.days,
        "caseload_url": reverse("trajectories:caseload_list"),
    }
    return render(request, "trajectories/case_import/import_row_list.html", context)


def _may_answer(request: AuthenticatedHttpRequest, asked: ImportQuestion) -> bool:
    """About no client it is asked of the author alone."""
    return asked.client is None or can_write_client(request.user, asked.client)


@button_to(AccessAction.UPDATE)
def import_row_answer(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """What becomes of a row that an import asked about."""
    client = client_or_404(request, public_id, may=can_write_client)
    row, answer = request.POST.get("row", ""), request.POST.get("answer", "")
    save = partial(services.answer_question, client=client, row=row, answer=answer)
    said = about(client, _("Answer recorded. The next import goes by it."))
    return button_action(request, save, said=said, then=reverse("trajectories:import_row_list"))


@button_to(AccessAction.UPDATE)
@only_for(can_open_files)
def import_own_row_answer(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The same for a contact of this person that named no client."""
    row, answer = request.POST.get("row", ""), request.POST.get("answer", "")
    save = partial(services.answer_question, client=None, row=row, answer=answer)
    said = _("Answer recorded. The next import goes by it.")
    return button_action(request, save, said=said, then=reverse("trajectories:import_row_list"))

"""The caseload page and what it exports."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.permissions import can_register_client
from ipsplatform.common.access import exports, notes_of, only_for, reads
from ipsplatform.common.page_parts import Link, Tab
from ipsplatform.common.spreadsheets import CSV, XLSX, spreadsheet_response
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.caseload.forms import CaseloadFilterForm
from trajectories.caseload.pages import caseload_rows, caseload_sheet
from trajectories.caseload.selectors import (
    MINE,
    TEAM,
    CaseloadFacts,
    caseload_clients,
    caseload_facts,
    count_running,
)

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
def caseload_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Who needs me today: my clients, or those of the whole team."""
    counts = count_running(request.user)
    scope = _scope(request, counts)
    form, facts = _filtered(request, scope)
    page = Paginator(facts, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    _note_listed(request, list(page.object_list))
    context = {
        "page": page,
        "rows": caseload_rows(facts=page.object_list, user=request.user),
        "count": page.paginator.count,
        "is_filtered": any(form.cleaned_data.get(name) for name in form.fields),
        "export_links": _export_links(request, scope),
        "register_url": _register_url(request),
    }
    if request.htmx:
        return render(request, "trajectories/caseload/_caseload_rows.html", context)
    context |= {
        "form": form,
        "tabs": _tabs(scope, counts),
        "keep": [("scope", scope)],
        "secondary": _secondary(request),
    }
    return render(request, "trajectories/caseload/caseload_list.html", context)


@exports
@only_for(can_open_files)
def caseload_export(request: AuthenticatedHttpRequest, file_format: str) -> HttpResponse:
    """The rows that the page shows under the same filters, as a spreadsheet; all pages of them."""
    form, facts = _filtered(request, _scope(request, count_running(request.user)))
    rows = caseload_rows(facts=facts, user=request.user)
    _note_listed(request, facts)
    sheets = [caseload_sheet(rows)]
    return spreadsheet_response(sheets=sheets, name=f"caseload-{form.day}", file_format=file_format)


def _note_listed(request: AuthenticatedHttpRequest, facts: Sequence[CaseloadFacts]) -> None:
    notes_of(request).rows = len(facts)
    notes_of(request).lists(one.client.public_id for one in facts)


def _scope(request: AuthenticatedHttpRequest, counts: dict[str, int]) -> str:
    """The tab: as the URL says, else the person's caseload, or the team without one."""
    asked = request.GET.get("scope")
    if asked in (MINE, TEAM):
        return asked
    return MINE if counts[MINE] else TEAM


def _filtered(
    request: AuthenticatedHttpRequest, scope: str
) -> tuple[CaseloadFilterForm, list[CaseloadFacts]]:
    day = timezone.localdate()
    form = CaseloadFilterForm(request.GET, user=request.user, day=day, scope=scope)
    clients = form.filter(caseload_clients(user=request.user, scope=scope))
    return form, form.refine(caseload_facts(clients, day))


def _tabs(scope: str, counts: dict[str, int]) -> list[Tab]:
    url = reverse("trajectories:caseload_list")
    labels = {MINE: _("My caseload"), TEAM: _("Team")}
    return [Tab(label, f"{url}?scope={name}", name == scope, counts[name]) for name, label in labels.items()]


def _register_url(request: AuthenticatedHttpRequest) -> str | None:
    return reverse("clients:client_register") if can_register_client(request.user) else None


def _secondary(request: AuthenticatedHttpRequest) -> list[Link]:
    url = _register_url(request)
    return [Link(_("Register client"), url, "person-plus")] if url else []


def _export_links(request: AuthenticatedHttpRequest, scope: str) -> list[Link]:
    """Both formats, with the filters of this moment."""
    query = request.GET.copy()
    query.pop("page", None)
    query["scope"] = scope
    return [
        Link(label, f"{reverse('trajectories:caseload_export', args=[name])}?{query.urlencode()}", "download")
        for label, name in ((_("Excel (XLSX)"), XLSX), (_("CSV"), CSV))
    ]

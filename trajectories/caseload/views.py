"""The caseload page and what it exports."""

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, ClientQuerySet
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
    facts_by_need,
    facts_in_batches,
)

ROWS_PER_PAGE = 50


@reads
@only_for(can_open_files)
def caseload_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Who needs me today: my clients, or those of the whole team."""
    counts = count_running(request.user)
    scope = _scope(request, counts)
    form, found = _filtered(request, scope)
    is_filtered = any(form.cleaned_data.get(name) for name in form.fields)
    page, facts = _page(request, form, found, None if is_filtered else counts[scope])
    _note_listed(request, [line.client for line in facts])
    context = {
        "page": page,
        "rows": list(caseload_rows(facts=facts, user=request.user)),
        "count": page.paginator.count,
        "is_filtered": is_filtered,
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
    form, found = _filtered(request, _scope(request, count_running(request.user)))
    clients = list(form.in_order(found))
    _note_listed(request, clients)
    rows = caseload_rows(facts=facts_in_batches(clients, form.day), user=request.user)
    sheets = [caseload_sheet(rows)]
    return spreadsheet_response(sheets=sheets, name=f"caseload-{form.day}", file_format=file_format)


def _page(
    request: AuthenticatedHttpRequest, form: CaseloadFilterForm, found: ClientQuerySet, count: int | None
) -> tuple[Page, list[CaseloadFacts]]:
    """`count` where no filter is on: the tab has counted the same. Who fit on one page are sorted after they
    were read; else the database finds out who stand on the page.
    """
    asked = request.GET.get("page")
    if count is not None and count <= ROWS_PER_PAGE:
        facts = facts_by_need(found, form.day)
        return Paginator(facts, ROWS_PER_PAGE).get_page(asked), facts
    pages = Paginator(form.in_order(found), ROWS_PER_PAGE)
    if count is not None:
        pages.count = count
    page = pages.get_page(asked)
    return page, caseload_facts(page.object_list, form.day)


def _note_listed(request: AuthenticatedHttpRequest, clients: list[Client]) -> None:
    notes_of(request).rows = len(clients)
    notes_of(request).lists(client.public_id for client in clients)


def _scope(request: AuthenticatedHttpRequest, counts: dict[str, int]) -> str:
    """The tab: as the URL says, else the person's caseload, or the team without one."""
    asked = request.GET.get("scope")
    if asked in (MINE, TEAM):
        return asked
    return MINE if counts[MINE] else TEAM


def _filtered(request: AuthenticatedHttpRequest, scope: str) -> tuple[CaseloadFilterForm, ClientQuerySet]:
    day = timezone.localdate()
    form = CaseloadFilterForm(request.GET, user=request.user, day=day, scope=scope)
    return form, form.filter(caseload_clients(user=request.user, scope=scope))


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

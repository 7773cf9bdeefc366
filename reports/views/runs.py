"""Stored runs: the list, one run, and having one computed again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ipsplatform.common.page_parts import Link, Tab
from ipsplatform.common.refusals import refusals_told
from reports.forms.run_start import RunStartForm
from reports.forms.scope_choice import scope_form
from reports.models import MonitoringRun, PeriodKind
from reports.permissions import can_read_reports, can_start_run
from reports.run_page import run_context
from reports.selectors.periods import Period
from reports.selectors.runs import readable_runs, readable_scopes, run_rows, runs_in_progress
from reports.services.monitoring import request_run

ROWS_PER_PAGE = 50


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """The stored runs, by quarter or by month."""
    refuse_without_figures(request)
    kind = request.GET.get("kind")
    kind = kind if kind in PeriodKind.values else PeriodKind.QUARTER
    page = Paginator(readable_runs(request.user, kind), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_start = can_start_run(request.user)
    context = {
        "page": page,
        "rows": run_rows(list(page.object_list), request.user),
        "tabs": _kind_tabs(kind),
        "secondary": [Link(_("Report of another period"), reverse("reports:report_now"), "calendar3")],
        "start_form": RunStartForm(day=timezone.localdate()) if may_start else None,
        "in_progress": runs_in_progress() if may_start else [],
    }
    return render(request, "reports/run_list.html", context)


@require_safe
def run_detail(request: HttpRequest, public_id) -> HttpResponse:
    """All figures of one scope of a run, its trend, and what changed."""
    refuse_without_figures(request)
    run = get_object_or_404(MonitoringRun.objects.visible_to(request.user), public_id=public_id)
    form = scope_form(request.GET, scopes=readable_scopes(run, request.user), user=request.user)
    row = form.chosen()
    query = form.query(row) if row else {}
    context = {"run": run, "form": form, **run_context(run, row, query, request.user)}
    return render(request, "reports/run_detail.html", context)


@require_POST
def run_start(request: HttpRequest) -> HttpResponse:
    """Ask for the figures of a period anew; a worker computes them."""
    if not can_start_run(request.user):
        raise PermissionDenied
    form = RunStartForm(request.POST, day=timezone.localdate())
    if form.is_valid():
        _ask_for(request, form.chosen)
    else:
        messages.error(request, _("Choose a period from the list."))
    return redirect("reports:run_list")


def refuse_without_figures(request: HttpRequest) -> None:
    if not can_read_reports(request.user):
        raise PermissionDenied


def _ask_for(request: HttpRequest, period: Period) -> None:
    with refusals_told(request):
        request_run(
            period_kind=period.kind.value,
            period_from=period.period_from,
            period_to=period.period_to,
            by=request.user,
        )
        messages.success(
            request, _("The figures have been asked for. If they moved, a new revision appears here.")
        )


def _kind_tabs(kind: str) -> list[Tab]:
    url = reverse("reports:run_list")
    labels = {PeriodKind.QUARTER: _("Quarters"), PeriodKind.MONTH: _("Months")}
    return [Tab(label, f"{url}?kind={value.value}", value == kind) for value, label in labels.items()]

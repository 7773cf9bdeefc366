"""Stored runs: the list, one run, its files, and having one computed again."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, button_to, exports, only_for, reads
from ipsplatform.common.form_actions import button_action
from ipsplatform.common.page_parts import Link, Tab
from ipsplatform.common.refusals import tell_nothing_done
from ipsplatform.common.spreadsheets import CSV, Sheet, spreadsheet_response
from reports.indicators.contract import from_json
from reports.indicators.report import PlacementReport
from reports.models import MonitoringRun, PeriodKind, ScopeFigures
from reports.permissions import can_choose_days, can_read_reports, can_start_run, sees_small_numbers
from reports.runs.export_sheets import about_sheet, definitions_sheet, figures_sheet
from reports.runs.forms import RunStartForm, scope_form
from reports.runs.pages import leading_text, run_context, run_title
from reports.runs.selectors import (
    readable_reports,
    readable_runs,
    readable_scopes,
    run_rows,
    runs_in_progress,
)
from reports.runs.services import request_run
from reports.small_numbers.counts import INSIDE, OUTSIDE
from staff.models import User
from staff.requests import AuthenticatedHttpRequest

ROWS_PER_PAGE = 50


@reads
@only_for(can_read_reports)
def run_list(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The stored runs, by quarter or by month."""
    kind = request.GET.get("kind")
    kind = kind if kind in PeriodKind.values else PeriodKind.QUARTER
    page = Paginator(readable_runs(request.user, kind), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_start, chooses_days = can_start_run(request.user), can_choose_days(request.user)
    context = {
        "page": page,
        "rows": [
            (run_title(row.run), leading_text(row.leading), row)
            for row in run_rows(list(page.object_list), request.user)
        ],
        "is_outside": not sees_small_numbers(request.user),
        "tabs": _kind_tabs(kind) if chooses_days else [],
        "secondary": [_report_now_link()] if chooses_days else [],
        "start_form": _start_form(request.user) if may_start else None,
        "in_progress": runs_in_progress() if may_start else [],
    }
    return render(request, "reports/runs/run_list.html", context)


@reads
def run_detail(request: AuthenticatedHttpRequest, public_id: UUID) -> HttpResponse:
    """All figures of one scope of a run, its trend, and what changed."""
    run = _run(request, public_id)
    form = scope_form(request.GET, scopes=readable_scopes(run, request.user), user=request.user)
    row = form.chosen()
    query = form.query(row) if row else {}
    context = {"run": run, "form": form, **run_context(run, row, query, request.user)}
    return render(request, "reports/runs/run_detail.html", context)


@button_to(AccessAction.CREATE)
@only_for(can_start_run)
def run_start(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Ask for the figures of a period anew; a worker computes them."""
    form = _start_form(request.user, request.POST)
    then = reverse("reports:run_list")
    if not form.is_valid():
        tell_nothing_done(request, _("Choose a period from the list."), level=messages.ERROR)
        return redirect(then)
    period = form.chosen
    ask = partial(
        request_run, period_kind=period.kind.value, period_from=period.period_from, period_to=period.period_to
    )
    said = _("The figures have been asked for. If they moved, a new revision appears here.")
    return button_action(request, ask, said=said, then=then)


def _start_form(user: User, query: QueryDict | None = None) -> RunStartForm:
    return RunStartForm(query, day=timezone.localdate(), with_months=sees_small_numbers(user))


def _report_now_link() -> Link:
    return Link(_("Report of another period"), reverse("reports:report_now"), "calendar3")


def _run(request: AuthenticatedHttpRequest, public_id: UUID) -> MonitoringRun:
    if not can_read_reports(request.user):
        raise PermissionDenied
    runs = MonitoringRun.objects.visible_to(request.user).without_changes()
    return get_object_or_404(runs, public_id=public_id)


def _kind_tabs(kind: str) -> list[Tab]:
    url = reverse("reports:run_list")
    labels = {PeriodKind.QUARTER: _("Quarters"), PeriodKind.MONTH: _("Months")}
    return [Tab(label, f"{url}?kind={value.value}", value == kind) for value, label in labels.items()]


@exports
def run_export(request: AuthenticatedHttpRequest, public_id: UUID, file_format: str) -> HttpResponse:
    """The scope that the page shows, or with `all=1` every scope that the reader may see.

    With `for=outside` a stricter file, that may leave the organisation.
    """
    run = _run(request, public_id)
    rows = _rows(request, run)
    threshold = _threshold(request)
    if not rows:
        raise Http404
    reports = readable_reports(rows, request.user, threshold=threshold)
    sheets = _sheets(rows, reports, file_format)
    in_full = from_json(rows[0].figures)
    sheets += [definitions_sheet(run, in_full), about_sheet(run, request.user, threshold=threshold)]
    name = f"ips-{run.period_from}-{run.period_to}-r{run.revision}"
    if threshold == OUTSIDE:
        name += _("-for-outside")
    return spreadsheet_response(sheets=sheets, name=name, file_format=file_format)


def _threshold(request: AuthenticatedHttpRequest) -> int:
    """Readers who see a team's figures in full get no file for outside the organisation."""
    if request.GET.get("for") != "outside":
        return INSIDE
    if sees_small_numbers(request.user):
        raise Http404
    return OUTSIDE


def _rows(request: AuthenticatedHttpRequest, run: MonitoringRun) -> list[ScopeFigures]:
    scopes = readable_scopes(run, request.user)
    if not request.GET.get("all"):
        chosen = scope_form(request.GET, scopes=scopes, user=request.user).chosen()
        scopes = [chosen] if chosen else []
    full = (
        run.scopes.visible_to(request.user)
        .select_related("team", "run")
        .defer("run__changes")
        .in_bulk([row.pk for row in scopes])
    )
    return [full[row.pk] for row in scopes]


def _sheets(rows: list[ScopeFigures], reports: list[PlacementReport], file_format: str) -> list[Sheet]:
    """CSV is one table; a workbook has a sheet for each team, so that each can be read by itself."""
    shown = list(zip(rows, reports, strict=True))
    if file_format == CSV:
        return [figures_sheet(_("Figures"), shown)]
    teams: dict[str, list[tuple[ScopeFigures, PlacementReport]]] = {}
    for row, found in shown:
        teams.setdefault(row.team.name if row.team else _("whole organisation"), []).append((row, found))
    return [figures_sheet(name, found) for name, found in teams.items()]

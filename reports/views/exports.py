"""A stored run as a spreadsheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ipsplatform.common.spreadsheets import CSV, Sheet, spreadsheet_response
from reports.disclosure import INSIDE, OUTSIDE
from reports.export_sheets import about_sheet, definitions_sheet, figures_sheet
from reports.forms.scope_choice import scope_form
from reports.models import MonitoringRun, ScopeFigures
from reports.permissions import sees_small_numbers
from reports.selectors.runs import readable_figures, readable_scopes
from reports.views.runs import refuse_without_figures


@require_safe
def run_export(request: HttpRequest, public_id, file_format: str) -> HttpResponse:
    """The scope that the page shows, or with `all=1` every scope that the reader may see.

    With `for=outside` a stricter file, that may leave the organisation.
    """
    refuse_without_figures(request)
    run = get_object_or_404(MonitoringRun.objects.visible_to(request.user), public_id=public_id)
    rows = _rows(request, run)
    threshold = _threshold(request)
    if not rows:
        raise Http404
    figures = readable_figures(rows, request.user, threshold=threshold)
    sheets = _sheets(rows, figures, file_format)
    sheets += [definitions_sheet(run, rows[0].figures), about_sheet(run, request.user, threshold=threshold)]
    name = f"ips-{run.period_from}-{run.period_to}-r{run.revision}"
    if threshold == OUTSIDE:
        name += _("-for-outside")
    return spreadsheet_response(sheets=sheets, name=name, file_format=file_format)


def _threshold(request: HttpRequest) -> int:
    """Who reads a team's own figures in full has no file that may leave the organisation."""
    if request.GET.get("for") != "outside":
        return INSIDE
    if sees_small_numbers(request.user):
        raise Http404
    return OUTSIDE


def _rows(request: HttpRequest, run: MonitoringRun) -> list[ScopeFigures]:
    scopes = readable_scopes(run, request.user)
    if not request.GET.get("all"):
        chosen = scope_form(request.GET, scopes=scopes, user=request.user).chosen()
        scopes = [chosen] if chosen else []
    full = (
        run.scopes.visible_to(request.user).select_related("team", "run").in_bulk([row.pk for row in scopes])
    )
    return [full[row.pk] for row in scopes]


def _sheets(rows: list[ScopeFigures], figures: list[dict], file_format: str) -> list[Sheet]:
    """CSV is one table; a workbook has a sheet for each team, so that each can be read by itself."""
    shown = list(zip(rows, figures, strict=True))
    if file_format == CSV:
        return [figures_sheet(_("Figures"), shown)]
    teams: dict[str, list[tuple[ScopeFigures, dict]]] = {}
    for row, found in shown:
        teams.setdefault(row.team.name if row.team else _("whole organisation"), []).append((row, found))
    return [figures_sheet(name, found) for name, found in teams.items()]

"""A stored run as a spreadsheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ipsplatform.common.spreadsheets import CSV, Sheet, spreadsheet_response
from reports.export_sheets import about_sheet, definitions_sheet, figures_sheet
from reports.forms.scope_choice import ScopeChoiceForm
from reports.models import MonitoringRun, ScopeFigures
from reports.selectors.runs import readable_scopes
from reports.views.runs import refuse_without_figures
from staff.models import User


@require_safe
def run_export(request: HttpRequest, public_id, file_format: str) -> HttpResponse:
    """The scope that the page shows, or with `all=1` every scope that the reader may see."""
    refuse_without_figures(request)
    run = get_object_or_404(MonitoringRun.objects.visible_to(request.user), public_id=public_id)
    rows = _rows(request, run)
    if not rows:
        raise Http404
    sheets = _sheets(rows, request.user, file_format)
    sheets += [definitions_sheet(run, rows[0].figures), about_sheet(run, request.user)]
    name = f"ips-{run.period_from}-{run.period_to}-r{run.revision}"
    return spreadsheet_response(sheets=sheets, name=name, file_format=file_format)


def _rows(request: HttpRequest, run: MonitoringRun) -> list[ScopeFigures]:
    scopes = readable_scopes(run, request.user)
    if not request.GET.get("all"):
        chosen = ScopeChoiceForm(request.GET, scopes=scopes).chosen()
        scopes = [chosen] if chosen else []
    full = run.scopes.visible_to(request.user).select_related("team").in_bulk([row.pk for row in scopes])
    return [full[row.pk] for row in scopes]


def _sheets(rows: list[ScopeFigures], user: User, file_format: str) -> list[Sheet]:
    """CSV is one table; a workbook has a sheet for each team, so that each can be read by itself."""
    if file_format == CSV:
        return [figures_sheet(_("Figures"), rows, user)]
    teams: dict[str, list[ScopeFigures]] = {}
    for row in rows:
        teams.setdefault(row.team.name if row.team else _("whole organisation"), []).append(row)
    return [figures_sheet(name, found, user) for name, found in teams.items()]

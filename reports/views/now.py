"""A report computed at this moment, for a period and a scope of one's own choice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.display import period_text
from reports.forms.report_request import ReportRequestForm
from reports.indicators import placement_report, quarter_of
from reports.links import people_url
from reports.report_view import PeopleUrl, report_view
from reports.selectors.runs import figures_for
from reports.views.runs import refuse_without_figures
from staff.models import User
from staff.permissions import can_open_files


@require_safe
def report_now(request: HttpRequest) -> HttpResponse:
    """Nothing is stored: the same figures as in a run, over any days."""
    refuse_without_figures(request)
    day = timezone.localdate()
    first, last = quarter_of(day)
    asked = "period_from" in request.GET
    form = ReportRequestForm(
        request.GET if asked else None,
        user=request.user,
        day=day,
        initial={"period_from": first, "period_to": last},
    )
    context: dict[str, object] = {"form": form, "report": None}
    if asked and form.is_valid():
        figures = placement_report(form.scope, form.window).as_dict()
        context |= {
            "report": report_view(figures_for(request.user, figures), _people_links(form, request.user)),
            "period": period_text(form.window),
            "as_of": form.window.as_of,
            "version": figures["definition_version"],
        }
    return render(request, "reports/report_now.html", context)


def _people_links(form: ReportRequestForm, user: User) -> PeopleUrl:
    if not can_open_files(user):
        return lambda _key, _part: ""
    return lambda key, part: people_url(key, part, form.scope, form.window)

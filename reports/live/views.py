"""A report computed at this moment, for a period and a scope of one's own choice."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ipsplatform.common.access import only_for, reads
from reports.figures.display import period_text
from reports.figures.links import people_url
from reports.figures.presentation import PeopleUrl, report_view
from reports.indicators.trend import quarter_of
from reports.live.forms import ReportRequestForm
from reports.live.services import live_report
from reports.permissions import can_choose_days
from staff.models import User
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest


@reads
@only_for(can_choose_days)
def report_now(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Nothing is stored: the same figures as in a run, over any days."""
    asked = "period_from" in request.GET
    first, last = quarter_of(timezone.localdate())
    form = ReportRequestForm(
        request.GET if asked else None,
        user=request.user,
        day=timezone.localdate(),
        initial={"period_from": first, "period_to": last},
    )
    context: dict[str, object] = {"form": form, "report": None}
    if asked and form.is_valid():
        report = live_report(form.scope, form.window)
        context |= {
            "report": report_view(report, _people_links(form, request.user)),
            "period": period_text(form.window),
            "as_of": form.window.as_of,
            "version": report.definition_version,
            "waits": report.first_job is None,
            "waits_url": "" if request.htmx else request.get_full_path(),
        }
    return render(request, "reports/live/report_now.html", context)


def _people_links(form: ReportRequestForm, user: User) -> PeopleUrl:
    if not can_open_files(user):
        return lambda _key, _part: ""
    return lambda key, part: people_url(key, part, form.scope, form.window)

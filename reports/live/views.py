"""A report computed at this moment, for a period and a scope of one's own choice."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ipsplatform.common.access import only_for, reads
from reports.figures.display import is_whole_quarter, period_text
from reports.figures.links import people_url
from reports.figures.presentation import PeopleUrl, report_view
from reports.indicators.report import placement_report
from reports.indicators.scope import ReportWindow
from reports.indicators.trend import quarter_of
from reports.live.forms import OrganisationRequestForm, ReportRequestForm, report_form
from reports.permissions import can_read_reports, sees_small_numbers
from reports.runs.selectors import organisation_report
from staff.models import User
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest


@reads
@only_for(can_read_reports)
def report_now(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Nothing is stored: the same figures as in a run, over any days."""
    asked = "period_from" in request.GET
    form = report_form(
        request.GET if asked else None,
        user=request.user,
        day=timezone.localdate(),
        initial=_days_proposed(request.user),
    )
    is_outside = not sees_small_numbers(request.user)
    context: dict[str, object] = {"form": form, "report": None, "is_outside": is_outside}
    if asked and form.is_valid():
        report = placement_report(form.scope, form.window)
        if is_outside:
            report = organisation_report(report, is_quarter=_is_quarter(form.window))
        context |= {
            "report": report_view(report, _people_links(form, request.user)),
            "period": period_text(form.window),
            "as_of": form.window.as_of,
            "version": report.definition_version,
        }
    return render(request, "reports/live/report_now.html", context)


def _days_proposed(user: User) -> dict[str, date]:
    """This quarter; the last one that ended for readers of whole months."""
    first, last = quarter_of(timezone.localdate())
    if not sees_small_numbers(user):
        first, last = quarter_of(first - timedelta(days=1))
    return {"period_from": first, "period_to": last}


def _is_quarter(window: ReportWindow) -> bool:
    return is_whole_quarter(window.period_from, window.period_to)


def _people_links(form: ReportRequestForm | OrganisationRequestForm, user: User) -> PeopleUrl:
    if not can_open_files(user):
        return lambda _key, _part: ""
    return lambda key, part: people_url(key, part, form.scope, form.window)

"""What the page of one run says: its scope, its figures, its trend and its changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsplatform.common.page_parts import Link
from ipsplatform.common.spreadsheets import CSV, XLSX
from reports.figures.charts import ChartPoint, line_chart
from reports.figures.display import capitalised, change_title, percent, window_text
from reports.figures.links import people_url
from reports.figures.presentation import PeopleUrl, hidden_text, part_label, part_text, report_view
from reports.indicators.employment import PERIOD, POINT
from reports.indicators.figure import FigurePart
from reports.indicators.proportion import Proportion
from reports.indicators.report import PlacementReport
from reports.indicators.scope import ReportWindow, Scope
from reports.indicators.trend import month_of, quarter_label
from reports.models import MonitoringRun, PeriodKind, ScopeFigures
from reports.permissions import sees_small_numbers
from reports.runs.selectors import (
    FigureChange,
    Overtaken,
    overtaken,
    report_for,
    scope_changes,
    stored_trend,
    with_figures,
)
from staff.models import User
from staff.permissions import can_open_files


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One figure before and after."""

    label: str
    before: str
    after: str


def run_context(
    run: MonitoringRun, row: ScopeFigures | None, query: Mapping[str, str], user: User
) -> dict[str, object]:
    """Everything that depends on the scope; without data there is only the choice of another scope."""
    is_outside = not sees_small_numbers(user)
    shared = {
        "title": run_title(run),
        "export_links": export_links(run, query, is_outside=is_outside),
        "is_outside": is_outside,
        "row": row,
    }
    if row is None:
        return shared
    row = with_figures(row, user)
    people = people_links(row, user)
    return {
        **shared,
        "scope_text": scope_text(row),
        "has_people": bool(people("flow.running", FigurePart.DENOMINATOR)),
        "report": report_view(report_for(user, row), people),
        "trend": trend_context(row, user),
        "overtaken": "" if is_outside else overtaken_text(overtaken(row)),
        "changes": [change_line(change) for change in scope_changes(row, user)],
    }


def overtaken_text(found: Overtaken | None) -> str:
    """What changed in the files since a run; empty when nothing did."""
    if found is None or not found.changed:
        return ""
    known = {"count": found.changed, "numerator": found.now.numerator, "denominator": found.now.denominator}
    if found.is_moved:
        text = ngettext(
            "Since this was computed %(count)s trajectory changed; now it would be %(numerator)s of "
            "%(denominator)s.",
            "Since this was computed %(count)s trajectories changed; now it would be %(numerator)s of "
            "%(denominator)s.",
            found.changed,
        )
    else:
        text = ngettext(
            "Since this was computed %(count)s trajectory changed; it stays %(numerator)s of "
            "%(denominator)s.",
            "Since this was computed %(count)s trajectories changed; it stays %(numerator)s of "
            "%(denominator)s.",
            found.changed,
        )
    return text % known


def leading_text(report: PlacementReport | None) -> str:
    """The leading figures of a run: 38% worked in the period (20 of 51), 33% on its last day."""
    if report is None:
        return ""
    period, point = (report.rates.get(key) for key in (PERIOD, POINT))
    parts = []
    if period and period.exact is not None:
        parts.append(
            _("%(rate)s worked in the period (%(numerator)s of %(denominator)s)")
            % {
                "rate": percent(period.exact),
                "numerator": period.numerator,
                "denominator": period.denominator,
            }
        )
    if point and point.exact is not None:
        parts.append(_("%(rate)s on its last day") % {"rate": percent(point.exact)})
    return ", ".join(parts)


def scope_text(row: ScopeFigures) -> str:
    """FACT Noord · UWV · EPA."""
    parts = [str(row.team) if row.team else _("whole organisation")]
    parts += [label for label in (row.get_funder_display(), row.get_target_group_display()) if label]
    return " · ".join(parts)


def people_links(row: ScopeFigures, user: User) -> PeopleUrl:
    """Where the people of a figure are listed; nowhere for readers who may not open files."""
    if not can_open_files(user) or row.team is None:
        return lambda _key, _part: ""
    scope = Scope(team=row.team, funder=row.funder, target_group=row.target_group)
    run = row.run
    window = ReportWindow.of(run.period_from, run.period_to, as_of=run.as_of)
    return lambda key, part: people_url(key, part, scope, window)


def export_links(run: MonitoringRun, query: Mapping[str, str], *, is_outside: bool) -> list[Link]:
    """This scope and all scopes, as XLSX and as CSV; for readers outside the team also a stricter file."""
    chosen = {_("This selection, %(format)s"): dict(query), _("All groups, %(format)s"): {"all": "1"}}
    if is_outside:
        chosen[_("For outside the organisation, %(format)s")] = {"all": "1", "for": "outside"}
    return [
        Link(
            words % {"format": label},
            f"{reverse('reports:run_export', args=[run.public_id, file_format])}?{urlencode(asked)}",
            "download",
        )
        for file_format, label in ((XLSX, _("Excel (XLSX)")), (CSV, _("CSV")))
        for words, asked in chosen.items()
    ]


def trend_context(row: ScopeFigures, user: User) -> dict[str, object] | None:
    """The period rate over the stored runs; nothing before there are two of them."""
    stored = [(run, report.rates[PERIOD]) for run, report in stored_trend(row, user)]
    if len(stored) < 2:
        return None
    points = [ChartPoint.of(_short(run), found) for run, found in stored]
    title = _trend_title(stored)
    return {
        "title": title,
        "svg": line_chart(points=points, title=title) if any(point.rate for point in points) else "",
        "columns": [_("Period"), _("At work in the period"), _("Interval"), _("Clients")],
        "rows": [_trend_row(run, found) for run, found in stored],
    }


def run_title(run: MonitoringRun) -> str:
    """The third quarter of 2026."""
    return capitalised(window_text(run.period_from, run.period_to))


def change_line(change: FigureChange) -> ChangeLine:
    """What moved, in words."""
    return ChangeLine(part_label(change.key), part_text(change.before), part_text(change.after))


def _trend_title(stored: list[tuple[MonitoringRun, Proportion]]) -> str:
    run, rate = stored[-1]
    when = window_text(run.period_from, run.period_to)
    if rate.is_hidden:
        return _("Share of the clients who worked, by period")
    before = {earlier.period_to: found for earlier, found in stored}.get(_year_before(run.period_to))
    return change_title(rate, None if before is None or before.is_hidden else before, when)


def _year_before(day: date) -> date:
    """The end of the same month a year earlier, a day that February moves."""
    return month_of(day.replace(year=day.year - 1, day=1))[1]


def _trend_row(run: MonitoringRun, found: Proportion) -> list[str]:
    if found.is_hidden:
        return [_short(run), hidden_text(), "–", "–"]
    rate, low, high = (percent(each, decimals=1) for each in (found.exact, found.ci_low, found.ci_high))
    counts = {"numerator": found.numerator, "denominator": found.denominator}
    interval = f"{low} – {high}" if rate else "–"
    return [_short(run), rate or "–", interval, _("%(numerator)s of %(denominator)s") % counts]


def _short(run: MonitoringRun) -> str:
    """2026 Q3, or 2026 jan."""
    if run.period_kind == PeriodKind.QUARTER:
        return quarter_label(run.period_from)
    return f"{run.period_from.year} {date_format(run.period_from, 'b')}"

"""What the team's page says of its figures: texts, links and the drawing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ipsplatform.common.day_texts import day
from reports.figures.charts import ChartPoint, line_chart
from reports.figures.display import change_title, period_text
from reports.figures.links import people_url
from reports.figures.shares import Share, linked_share
from reports.indicators.counting import Part
from reports.indicators.report import DEFINITION_VERSION
from reports.indicators.trend import TrendPoint
from reports.team.selectors.dashboard import TeamDashboard

PERIOD, POINT = "period_employment_rate", "point_employment_rate"


@dataclass(frozen=True, slots=True)
class Count:
    """A number with the people behind it."""

    value: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLine:
    """One quarter of coming and going."""

    label: str
    is_running: bool
    running: Count
    started: Count
    ended: Count


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One quarter of the table behind the chart."""

    label: str
    share: Share


def dashboard_context(board: TeamDashboard) -> dict[str, object]:
    """Everything that the template shows beside the lists of the board itself."""
    flows = [_flow_line(board, point) for point in board.flows]
    return {
        "quarter": _share(board, board.quarter, PERIOD, _("At work in %(when)s")),
        "running_quarter": _share(board, board.running, PERIOD, _("At work in %(when)s, until today")),
        "point": _point_share(board),
        "trend_title": _trend_title(board),
        "trend_svg": _trend_svg(board),
        "trend_lines": [_trend_line(board, point) for point in board.quarters],
        "flows": flows,
        "flow_max": max(1, *(count.value for flow in flows for count in (flow.started, flow.ended))),
        "definition_version": DEFINITION_VERSION,
    }


def _share(board: TeamDashboard, point: TrendPoint, key: str, label: str) -> Share:
    return linked_share(
        key,
        getattr(point, key),
        scope=board.scope,
        window=point.window,
        label=label % {"when": period_text(point.window)},
    )


def _point_share(board: TeamDashboard) -> Share:
    return linked_share(
        POINT,
        board.running.point_employment_rate,
        scope=board.scope,
        window=board.running.window,
        label=_("At work on %(day)s") % {"day": day(board.running.window.last_day)},
    )


def _trend_title(board: TeamDashboard) -> str:
    return change_title(
        board.quarter.period_employment_rate,
        board.year_before.period_employment_rate,
        period_text(board.quarter.window),
    )


def _trend_svg(board: TeamDashboard) -> str:
    points = [
        ChartPoint(point.label, rate.rate, rate.ci_low, rate.ci_high)
        for point in board.quarters
        for rate in [point.period_employment_rate]
    ]
    known = any(point.rate is not None for point in points)
    return line_chart(points=points, title=_trend_title(board)) if known else ""


def _trend_line(board: TeamDashboard, point: TrendPoint) -> TrendLine:
    return TrendLine(point.label, _share(board, point, PERIOD, "%(when)s"))


def _flow_line(board: TeamDashboard, point: TrendPoint) -> FlowLine:
    def count(name: str) -> Count:
        url = people_url(f"flow.{name}", Part.DENOMINATOR, board.scope, point.window)
        return Count(getattr(point.flow, name), url)

    return FlowLine(
        label=point.label,
        is_running=point is board.running,
        running=count("running"),
        started=count("started"),
        ended=count("ended"),
    )

"""What the team's page says of its figures: texts, links and the drawing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from ipsplatform.common.day_texts import day
from reports.figures.charts import ChartPoint, line_chart
from reports.figures.display import change_title, is_whole_quarter, period_text
from reports.figures.links import caseload_url, people_url
from reports.figures.presentation import FigureLine, proportion_line
from reports.indicators.employment import PERIOD, POINT
from reports.indicators.figure import FigurePart
from reports.indicators.report import DEFINITION_VERSION, FIGURES
from reports.indicators.trend import TrendPoint
from reports.team.selectors.dashboard import TeamDashboard
from reports.team.selectors.people import ClientLine, SignalCount, StageCount, WorkerLine
from staff.models import Team
from trajectories.caseload.selectors import NO_STAGE
from trajectories.models import Stage


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
class NameLine:
    """A client, with the days that are the reason why the name is shown."""

    client: Client
    days_text: str


@dataclass(frozen=True, slots=True)
class StageBar:
    """A stage as a bar with its clients behind it."""

    label: str
    value: int
    url: str
    stage: str


@dataclass(frozen=True, slots=True)
class SignalBar:
    """A signal as a bar with its clients behind it."""

    label: str
    value: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A member of the team, with the clients behind each number."""

    worker: WorkerLine
    clients_url: str
    not_seen_url: str
    in_work_url: str


def dashboard_context(board: TeamDashboard) -> dict[str, object]:
    """Everything that the template shows of a board."""
    return {
        "has_figures": bool(board.trend),
        **(_figures_context(board) if board.trend else {}),
        "workers": [_worker_row(board.team, worker) for worker in board.workers],
        "signals": [_signal_bar(board.team, count) for count in board.signals],
        "stages": [_stage_bar(board.team, count) for count in board.stages],
        "without_worker": _name_lines(board.without_worker),
        "without_fixed": _name_lines(board.without_fixed),
        "unseen": _name_lines(board.unseen),
        "without_job": _name_lines(board.without_job),
    }


def _figures_context(board: TeamDashboard) -> dict[str, object]:
    """The figures of work of a FACT team; they say nothing of another kind of support."""
    flows = [_flow_line(board, point) for point in board.flows]
    return {
        "quarter": _period_line(board, board.quarter, _("At work in %(when)s")),
        "running_quarter": _period_line(board, board.running, _("At work in %(when)s, until today")),
        "point": _point_line(board),
        "trend_title": _trend_title(board),
        "trend_svg": _trend_svg(board),
        "trend_lines": [_line(board, point, PERIOD, point.label) for point in board.quarters],
        "flows": flows,
        "flow_max": max(1, *(count.value for flow in flows for count in (flow.started, flow.ended))),
        "definition_version": DEFINITION_VERSION,
    }


def _period_line(board: TeamDashboard, point: TrendPoint, label: str) -> FigureLine:
    return _line(board, point, PERIOD, label % {"when": period_text(point.window)})


def _point_line(board: TeamDashboard) -> FigureLine:
    label = _("At work on %(day)s") % {"day": day(board.running.window.last_day)}
    return _line(board, board.running, POINT, label)


def _line(board: TeamDashboard, point: TrendPoint, key: str, label: str) -> FigureLine:
    window = point.window
    return proportion_line(
        FIGURES[key],
        point.rates[key],
        lambda key, part: people_url(key, part, board.scope, window),
        is_quarter=is_whole_quarter(window.period_from, window.period_to),
        label=label,
    )


def _name_lines(lines: list[ClientLine]) -> list[NameLine]:
    return [NameLine(line.client, _days_text(line.days)) for line in lines]


def _days_text(days: int | None) -> str:
    if days is None:
        return _("not enrolled yet")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def _stage_bar(team: Team, count: StageCount) -> StageBar:
    label = Stage(count.stage).label if count.stage else _("no stage yet")
    url = caseload_url(team, stage=count.stage or NO_STAGE)
    return StageBar(str(label), count.clients, url, count.stage or NO_STAGE)


def _signal_bar(team: Team, count: SignalCount) -> SignalBar:
    url = caseload_url(team, attention=count.code)
    return SignalBar(str(count.code.label).capitalize(), count.clients, url)


def _worker_row(team: Team, worker: WorkerLine) -> WorkerRow:
    person = worker.user.public_id
    return WorkerRow(
        worker=worker,
        clients_url=caseload_url(team, worker=person),
        not_seen_url=caseload_url(team, worker=person, attention="not_seen"),
        in_work_url=caseload_url(team, worker=person, stage=Stage.BETAALDE_BAAN),
    )


def _trend_title(board: TeamDashboard) -> str:
    return change_title(
        board.quarter.rates[PERIOD], board.year_before.rates[PERIOD], period_text(board.quarter.window)
    )


def _trend_svg(board: TeamDashboard) -> str:
    points = [ChartPoint.of(point.label, point.rates[PERIOD]) for point in board.quarters]
    known = any(point.rate is not None for point in points)
    return line_chart(points=points, title=_trend_title(board)) if known else ""


def _flow_line(board: TeamDashboard, point: TrendPoint) -> FlowLine:
    def count(name: str) -> Count:
        url = people_url(f"flow.{name}", FigurePart.DENOMINATOR, board.scope, point.window)
        return Count(getattr(point.flow, name), url)

    return FlowLine(
        label=point.label,
        is_running=point is board.running,
        running=count("running"),
        started=count("started"),
        ended=count("ended"),
    )

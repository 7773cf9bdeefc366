"""The FACT team at a glance, for the weekly meeting."""

from dataclasses import dataclass
from datetime import date

from clients.models import Client
from reports.indicators.scope import Scope
from reports.indicators.trend import TrendPoint
from reports.team.selectors.live_trend import live_trend
from reports.team.selectors.people import (
    ClientLine,
    SignalCount,
    StageCount,
    WorkerLine,
    name_lists,
    signal_counts,
    stage_counts,
    team_people,
    worker_lines,
)
from reports.team.selectors.work import jobs_around
from staff.models import Team, TeamKind, User
from trajectories.models import Job

QUARTERS_IN_TREND = 8
QUARTERS_IN_FLOW = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDashboard:
    """What the page shows of one team. The trend ends with the quarter that still runs.

    A team of another kind than FACT has no figures of work yet: `trend` is empty.
    """

    team: Team
    day: date
    scope: Scope
    trend: tuple[TrendPoint, ...]
    clients: int
    workers: list[WorkerLine]
    without_worker: list[ClientLine]
    without_fixed: list[ClientLine]
    signals: list[SignalCount]
    stages: list[StageCount]
    unseen: list[ClientLine]
    without_job: list[ClientLine]
    starting: list[Job]
    ended: list[Job]

    @property
    def quarters(self) -> tuple[TrendPoint, ...]:
        """The complete quarters, oldest first."""
        return self.trend[:-1]

    @property
    def running(self) -> TrendPoint:
        """The quarter that still runs."""
        return self.trend[-1]

    @property
    def quarter(self) -> TrendPoint:
        """The last complete quarter."""
        return self.quarters[-1]

    @property
    def year_before(self) -> TrendPoint:
        """The same quarter a year earlier."""
        return self.quarters[-5]

    @property
    def clients_named(self) -> set[Client]:
        """Everybody whose name the page shows."""
        lines = (*self.without_worker, *self.without_fixed, *self.unseen, *self.without_job)
        jobs = (*self.starting, *self.ended)
        return {line.client for line in lines} | {job.trajectory.client for job in jobs}

    @property
    def flows(self) -> tuple[TrendPoint, ...]:
        """The last four complete quarters and the running one, oldest first."""
        return (*self.quarters[-QUARTERS_IN_FLOW:], self.running)


def team_dashboard(*, team: Team, user: User, day: date) -> TeamDashboard:
    """Read everything in a number of statements that does not depend on the number of clients."""
    scope = Scope(team=team)
    is_fact = team.kind == TeamKind.FACT
    people = team_people(team=team, user=user, day=day)
    names = name_lists(people)
    starting, ended = jobs_around(team=team, user=user, day=day)
    return TeamDashboard(
        team=team,
        day=day,
        scope=scope,
        trend=live_trend(scope, until=day, quarters=QUARTERS_IN_TREND + 1) if is_fact else (),
        clients=len(people.clients),
        workers=worker_lines(team=team, people=people),
        without_worker=names.without_worker,
        without_fixed=names.without_fixed,
        signals=signal_counts(people.clients),
        stages=stage_counts(people.clients),
        unseen=names.unseen,
        without_job=names.without_job,
        starting=starting,
        ended=ended,
    )

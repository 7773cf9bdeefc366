"""`flow`: how many trajectories run, started and ended."""

from dataclasses import asdict, dataclass

from django.db.models import Q

from ipsplatform.common.periods import running_on_q
from reports.indicators.counting import Counts, Figure, Unit
from reports.indicators.scope import ReportWindow


@dataclass(frozen=True, kw_only=True)
class Flow:
    running: int
    started: int
    ended: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def figures(window: ReportWindow) -> tuple[Figure, ...]:
    """Trajectories that run on the last day, enrolled in the period, and ended in it."""
    conditions = {
        "running": running_on_q(window.last_day, "enrolled_on", "ended_on"),
        "started": Q(enrolled_on__range=(window.period_from, window.period_to)),
        "ended": Q(ended_on__range=(window.period_from, window.last_day)),
    }
    return tuple(
        Figure(key=f"flow.{name}", unit=Unit.TRAJECTORY, denominator=condition)
        for name, condition in conditions.items()
    )


def flow_of(counts: Counts) -> Flow:
    return Flow(**{name: counts.number(f"flow.{name}") for name in ("running", "started", "ended")})

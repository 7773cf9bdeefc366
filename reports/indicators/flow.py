"""`flow`: how many trajectories run, started and ended."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.periods import running_on_q
from reports.indicators.counting import Counts
from reports.indicators.figure import Block, Figure, Unit, Words
from reports.indicators.scope import ReportWindow


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Numbers of trajectories; None where the number is hidden."""

    running: int | None
    started: int | None
    ended: int | None
    is_hidden: bool = False


def running(window: ReportWindow) -> Q:
    """Trajectories that run on the last day."""
    return running_on_q(window.last_day, "enrolled_on", "ended_on")


def flow_of(counts: Counts) -> Flow:
    """The three counts of one group of trajectories."""
    return Flow(
        running=counts.number("flow.running"),
        started=counts.number("flow.started"),
        ended=counts.number("flow.ended"),
    )


_SOURCE = _("count of this product")
FIGURES = (
    Figure(
        key="flow.running",
        block=Block.FLOW,
        unit=Unit.TRAJECTORY,
        denominator=running,
        words=Words(
            label=_("Running trajectories"),
            definition=_("IPS trajectories that run on the last day of the period."),
            source=_SOURCE,
            denominator=_("running trajectories"),
        ),
    ),
    Figure(
        key="flow.started",
        block=Block.FLOW,
        unit=Unit.TRAJECTORY,
        is_of_period=True,
        denominator=lambda window: Q(enrolled_on__range=(window.period_from, window.period_to)),
        words=Words(
            label=_("Started trajectories"),
            definition=_("IPS trajectories whose enrolment lies in the period."),
            source=_SOURCE,
            denominator=_("started trajectories"),
        ),
    ),
    Figure(
        key="flow.ended",
        block=Block.FLOW,
        unit=Unit.TRAJECTORY,
        is_of_period=True,
        denominator=lambda window: Q(ended_on__range=(window.period_from, window.last_day)),
        words=Words(
            label=_("Ended trajectories"),
            definition=_("IPS trajectories that ended in the period, for whatever reason."),
            source=_SOURCE,
            denominator=_("ended trajectories"),
        ),
    ),
)

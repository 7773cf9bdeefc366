"""The present episode of a client: the support that runs, else the one that ended last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ipsplatform.common.periods import runs_on
from trajectories.models.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Episode:
    """Trajectories that run at once, from the first enrolment; every clock begins there (ADR 46).

    `ended_on` is the last day of all of them, None while one runs.
    """

    trajectories: tuple[Trajectory, ...]
    started_on: date
    ended_on: date | None

    @property
    def is_running(self) -> bool:
        """Whether somebody is supported at this moment."""
        return self.ended_on is None

    def contains(self, day: date) -> bool:
        """Whether `day` lies in this episode, first and last day included."""
        return runs_on(day, started_on=self.started_on, ended_on=self.ended_on)


def present_episode(trajectories: Iterable[Trajectory], day: date) -> Episode | None:
    """The episode of `day`; None for a client who was never enrolled until then.

    Trajectories that run on `day` make one episode. When none runs it is the one that ended last, with
    those that overlapped it. `trajectories/caseload/clocks.py` asks the database the same for a whole list.
    """
    known = [one for one in trajectories if one.enrolled_on <= day]
    running = [one for one in known if one.ended_on is None or one.ended_on >= day]
    if running:
        return Episode(tuple(running), min(one.enrolled_on for one in running), None)
    if not known:
        return None
    last = max(known, key=lambda one: (one.ended_on or day, one.pk))
    together = [one for one in known if (one.ended_on or day) >= last.enrolled_on]
    return Episode(tuple(together), min(one.enrolled_on for one in together), last.ended_on)

"""The tabs of a client's file: trajectories with their stages, and jobs, each with its length in words."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from ipsplatform.common.durations import period_in_words
from trajectories.file.selectors.files import COMING, ENDED, RUNNING
from trajectories.models import Job, StagePeriod, Trajectory


@dataclass(frozen=True, slots=True)
class StagePeriodRow:
    period: StagePeriod
    length: str


@dataclass(frozen=True, slots=True)
class TrajectoryBlock:
    """One trajectory with its stages, newest first."""

    trajectory: Trajectory
    length: str
    stages: list[StagePeriodRow]


@dataclass(frozen=True, slots=True)
class JobRow:
    job: Job
    state: str
    length: str


def trajectory_blocks(
    trajectories: list[Trajectory], stages: dict[int, list[StagePeriod]]
) -> list[TrajectoryBlock]:
    """Each trajectory with the history of its `stages`."""
    return [
        TrajectoryBlock(
            trajectory=trajectory,
            length=_length(trajectory.enrolled_on, trajectory.ended_on),
            stages=[
                StagePeriodRow(period, _length(period.started_on, period.ended_on))
                for period in stages[trajectory.pk]
            ],
        )
        for trajectory in trajectories
    ]


def job_groups(jobs: dict[str, list[Job]]) -> list[tuple[str, list[JobRow]]]:
    """The jobs under a heading for each state; nothing of a state without jobs."""
    titles = {RUNNING: _("Running jobs"), COMING: _("Jobs that start soon"), ENDED: _("Ended jobs")}
    return [
        (title, [JobRow(job, state, _length(job.started_on, job.ended_on)) for job in jobs[state]])
        for state, title in titles.items()
        if jobs[state]
    ]


def _length(started_on: date, ended_on: date | None) -> str:
    """How long so far; empty for what has yet to start."""
    last_day = min(ended_on or timezone.localdate(), timezone.localdate())
    return "" if last_day < started_on else period_in_words(started_on, last_day)

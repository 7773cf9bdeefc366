"""Which trajectories are no longer what a stored run counted: nothing is kept for it but the history.

An old row stays in the history at each update and delete (ADR 14), so the first one after a moment has
the values of that moment. What was recorded since and is after the as-of day changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from reports.indicators.scope import Scope
from trajectories.models import COMPETITIVE_FLAGS, Job, Trajectory, TrajectoryKind

Row = Mapping[str, Any]
State = tuple[object, ...]
_OF_TRAJECTORY = (
    "id", "client_id", "team_id", "funder", "target_group", "kind", "enrolled_on", "ended_on",
    "hours_worked_at_enrolment", "created_at",
)  # fmt: skip
_OF_JOB = ("id", "trajectory_id", "started_on", "ended_on", "created_at", *COMPETITIVE_FLAGS)
_OF_CHANGE = ("pgh_obj_id", "pgh_created_at")


@dataclass(frozen=True)
class Recorded:
    """Of some teams the trajectories that something was recorded of since a moment, all jobs of these as
    they are now, and each row that these replaced.
    """

    trajectories: list[Row]
    jobs: list[Row]
    old_trajectories: list[Row]
    old_jobs: list[Row]

    def changed_since(self, moment: datetime, *, scope: Scope, as_of: date) -> int:
        """How many trajectories of the scope are not, or no longer, what they were at that moment."""
        touched = self._touched_since(moment)
        trajectories = [row for row in self.trajectories if row["id"] in touched]
        jobs = [row for row in self.jobs if row["trajectory_id"] in touched]
        then = _states(
            _at(moment, trajectories, self.old_trajectories), _at(moment, jobs, self.old_jobs), scope, as_of
        )
        now = _states(trajectories, jobs, scope, as_of)
        return sum(then.get(key) != now.get(key) for key in then.keys() | now.keys())

    def _touched_since(self, moment: datetime) -> set[int]:
        """The trajectories of every row that was made, changed or removed after a moment."""
        jobs = {row["id"]: row["trajectory_id"] for row in self.jobs}
        return {
            *(row["id"] for row in self.trajectories if row["created_at"] > moment),
            *(row["id"] for row in self.old_trajectories if row["pgh_created_at"] > moment),
            *(row["trajectory_id"] for row in self.jobs if row["created_at"] > moment),
            *(row["trajectory_id"] for row in self.old_jobs if row["pgh_created_at"] > moment),
            *(jobs.get(row["id"], 0) for row in self.old_jobs if row["pgh_created_at"] > moment),
        }


def recorded_of_teams(teams: Iterable[int], since: datetime) -> Recorded:
    """What was recorded of these teams since a moment, with every row that was replaced; what stayed as it
    was is not read. Five statements, four when nothing was recorded.
    """
    teams = list(teams)
    old = _history(Trajectory).filter(pgh_created_at__gt=since, team_id__in=teams)
    old_trajectories = list(old.order_by("pgh_created_at", "pgh_id").values(*_OF_CHANGE, *_OF_TRAJECTORY))
    replaced = {row["id"] for row in old_trajectories}
    ours = Trajectory.objects.filter(Q(team_id__in=teams) | Q(pk__in=replaced))
    old = _history(Job).filter(pgh_created_at__gt=since, trajectory_id__in=ours.order_by().values("pk"))
    old_jobs = list(old.order_by("pgh_created_at", "pgh_id").values(*_OF_CHANGE, *_OF_JOB))
    with_jobs = Job.objects.filter(
        Q(created_at__gt=since) | Q(pk__in={row["id"] for row in old_jobs}), trajectory__in=ours
    )
    touched = replaced | {row["trajectory_id"] for row in old_jobs}
    touched |= set(with_jobs.order_by().values_list("trajectory_id", flat=True))
    trajectories = list(
        ours.filter(Q(created_at__gt=since) | Q(pk__in=touched)).order_by().values(*_OF_TRAJECTORY)
    )
    keys = {row["id"] for row in (*trajectories, *old_trajectories)}
    return Recorded(
        trajectories=trajectories,
        jobs=list(Job.objects.filter(trajectory_id__in=keys).values(*_OF_JOB)) if keys else [],
        old_trajectories=old_trajectories,
        old_jobs=old_jobs,
    )


def _history(model: type[Trajectory] | type[Job]) -> Any:
    return model.history.rel.related_model.objects  # type: ignore[union-attr]  # both keep history


def _at(moment: datetime, rows: Iterable[Row], old_rows: Iterable[Row]) -> list[Row]:
    """The rows as they stood at a moment: the first old one after it, else the one that is there now."""
    replaced: dict[int, Row] = {}
    for old in old_rows:
        if old["pgh_created_at"] > moment:
            replaced.setdefault(old["id"], old)
    stood = [*replaced.values(), *(row for row in rows if row["id"] not in replaced)]
    return [row for row in stood if row["created_at"] <= moment]


def _states(trajectories: Iterable[Row], jobs: Iterable[Row], scope: Scope, as_of: date) -> dict[int, State]:
    """What a figure of the scope can see of each trajectory on the as-of day."""
    work = defaultdict(list)
    for job in jobs:
        answers = [job[flag] for flag in COMPETITIVE_FLAGS]
        if job["started_on"] <= as_of and False not in answers:
            seen = (job["started_on"], _known(job["ended_on"], as_of), None not in answers)
            work[job["trajectory_id"]].append(seen)
    return {
        row["id"]: (
            row["client_id"],
            row["enrolled_on"],
            _known(row["ended_on"], as_of),
            row["hours_worked_at_enrolment"] > 0,
            sorted(work[row["id"]], key=str),
        )
        for row in trajectories
        if row["kind"] == TrajectoryKind.IPS and row["enrolled_on"] <= as_of and _is_in(scope, row)
    }


def _is_in(scope: Scope, row: Row) -> bool:
    wanted = {
        "team_id": scope.team.pk if scope.team else None,
        "funder": scope.funder,
        "target_group": scope.target_group,
    }
    return all(row[name] == value for name, value in wanted.items() if value)


def _known(day: date | None, as_of: date) -> date | None:
    return day if day and day <= as_of else None

from trajectories.models.contact import (
    CLIENT_CONTACT_KINDS,
    USUAL_KIND_BY_ROLE,
    Contact,
    ContactKind,
    Location,
)
from trajectories.models.disclosure import DisclosureChoice
from trajectories.models.employer import Employer
from trajectories.models.import_run import ImportRun, ImportState
from trajectories.models.job import Contract, Job, JobEndReason, competitive_q
from trajectories.models.stage import RECORDED_STAGES, STAGE_CHOICES, Stage, StagePeriod, furthest
from trajectories.models.trajectory import (
    TRAJECTORY_END_REASONS,
    Funder,
    TargetGroup,
    Trajectory,
    TrajectoryEndReason,
    TrajectoryKind,
)

__all__ = [
    "CLIENT_CONTACT_KINDS",
    "RECORDED_STAGES",
    "STAGE_CHOICES",
    "TRAJECTORY_END_REASONS",
    "USUAL_KIND_BY_ROLE",
    "Contact",
    "ContactKind",
    "Contract",
    "DisclosureChoice",
    "Employer",
    "Funder",
    "ImportRun",
    "ImportState",
    "Job",
    "JobEndReason",
    "Location",
    "Stage",
    "StagePeriod",
    "TargetGroup",
    "Trajectory",
    "TrajectoryEndReason",
    "TrajectoryKind",
    "competitive_q",
    "furthest",
]

"""Everything that changes the journey."""

from trajectories.services.after_job import AfterJob, end_job_and_go_on
from trajectories.services.contact import correct_contact, write_contact
from trajectories.services.disclosure import choose_disclosure, withdraw_disclosure
from trajectories.services.employer import correct_employer, find_or_create_employer
from trajectories.services.job import correct_job, end_job, register_job
from trajectories.services.stage import correct_stage, end_stage, move_to_stage, undo_stage_move
from trajectories.services.trajectory import correct_trajectory, end_trajectory, start_trajectory

__all__ = [
    "AfterJob",
    "choose_disclosure",
    "correct_contact",
    "correct_employer",
    "correct_job",
    "correct_stage",
    "correct_trajectory",
    "end_job",
    "end_job_and_go_on",
    "end_stage",
    "end_trajectory",
    "find_or_create_employer",
    "move_to_stage",
    "register_job",
    "start_trajectory",
    "undo_stage_move",
    "withdraw_disclosure",
    "write_contact",
]

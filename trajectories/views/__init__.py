from trajectories.views.caseload import caseload_export, caseload_list
from trajectories.views.client_export import (
    client_export_prepare,
    client_json_export,
    client_paper_export,
)
from trajectories.views.client_file import (
    client_contacts,
    client_journey_print,
    client_journey_tab,
    client_overview,
    client_work,
)
from trajectories.views.contact import contact_correct, contact_write
from trajectories.views.employer import employer_detail, employer_list
from trajectories.views.job import job_correct, job_end, job_register
from trajectories.views.retention import (
    certificate_print,
    client_hold,
    hold_lift,
    proposal_approve,
    proposal_correct,
    proposal_detail,
    proposal_keep,
    proposal_withdraw,
    retention_list,
)
from trajectories.views.search import search
from trajectories.views.sharing import (
    client_sharing,
    client_sharing_print,
    disclosure_choose,
    disclosure_withdraw,
)
from trajectories.views.stage import stage_correct, stage_end, stage_move, stage_undo
from trajectories.views.trajectory import (
    trajectory_correct,
    trajectory_end,
    trajectory_plan,
    trajectory_start,
)

__all__ = [
    "caseload_export",
    "caseload_list",
    "certificate_print",
    "client_contacts",
    "client_export_prepare",
    "client_hold",
    "client_journey_print",
    "client_journey_tab",
    "client_json_export",
    "client_overview",
    "client_paper_export",
    "client_sharing",
    "client_sharing_print",
    "client_work",
    "contact_correct",
    "contact_write",
    "disclosure_choose",
    "disclosure_withdraw",
    "employer_detail",
    "employer_list",
    "hold_lift",
    "job_correct",
    "job_end",
    "job_register",
    "proposal_approve",
    "proposal_correct",
    "proposal_detail",
    "proposal_keep",
    "proposal_withdraw",
    "retention_list",
    "search",
    "stage_correct",
    "stage_end",
    "stage_move",
    "stage_undo",
    "trajectory_correct",
    "trajectory_end",
    "trajectory_plan",
    "trajectory_start",
]

from trajectories.views.caseload import caseload_export, caseload_list
from trajectories.views.contact import contact_correct, contact_write
from trajectories.views.employer import employer_detail, employer_list
from trajectories.views.search import search

__all__ = [
    "caseload_export",
    "caseload_list",
    "contact_correct",
    "contact_write",
    "employer_detail",
    "employer_list",
    "search",
]

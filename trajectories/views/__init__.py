from trajectories.views.caseload import caseload_export, caseload_list
from trajectories.views.contact import contact_correct, contact_write

__all__ = ["caseload_export", "caseload_list", "contact_correct", "contact_write"]

"""What the administrator manages of employers and imports."""

from trajectories.admin.employer import EmployerAdmin
from trajectories.admin.import_run import ImportRunAdmin

__all__ = ["EmployerAdmin", "ImportRunAdmin"]

from reports.views.exports import run_export
from reports.views.now import report_now
from reports.views.runs import run_detail, run_list, run_start
from reports.views.team import team_dashboard, team_people

__all__ = [
    "report_now",
    "run_detail",
    "run_export",
    "run_list",
    "run_start",
    "team_dashboard",
    "team_people",
]

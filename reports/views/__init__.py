from reports.views.team import team_dashboard, team_people

__all__ = ["team_dashboard", "team_people"]

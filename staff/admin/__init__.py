"""What the administrator manages of people and teams, and the log of changes."""

from staff.admin.access_line import AccessLineAdmin
from staff.admin.audit_event import AuditEventAdmin
from staff.admin.team import TeamAdmin
from staff.admin.user import UserAdmin

__all__ = ["AccessLineAdmin", "AuditEventAdmin", "TeamAdmin", "UserAdmin"]

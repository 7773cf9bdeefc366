"""Everything that changes teams and the people who work in them."""

from staff.services.staff import (
    create_staff_member,
    create_team,
    deactivate_staff_member,
    join_team,
    leave_team,
)

__all__ = ["create_staff_member", "create_team", "deactivate_staff_member", "join_team", "leave_team"]

"""Everything that changes teams and the people who work in them."""

from staff.services.correction import correct_membership, correct_staff_member, correct_team
from staff.services.invitation import invite_staff_member
from staff.services.second_factor import forget_second_factors
from staff.services.session import end_other_sessions, end_session
from staff.services.single_sign_on import (
    forget_identities,
    link_identity,
    recognise_identity,
    unlink_identity,
)
from staff.services.staff import (
    create_staff_member,
    create_team,
    deactivate_staff_member,
    join_team,
    leave_team,
)

__all__ = [
    "correct_membership",
    "correct_staff_member",
    "correct_team",
    "create_staff_member",
    "create_team",
    "deactivate_staff_member",
    "end_other_sessions",
    "end_session",
    "forget_identities",
    "forget_second_factors",
    "invite_staff_member",
    "join_team",
    "leave_team",
    "link_identity",
    "recognise_identity",
    "unlink_identity",
]

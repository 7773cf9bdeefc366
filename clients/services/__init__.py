"""Everything that changes clients and who follows them."""

from clients.services.assignment import assign, end_assignment, hand_over
from clients.services.client import correct_client, register_client
from clients.services.leaving import park_caseload, refuse_while_following

__all__ = [
    "assign",
    "correct_client",
    "end_assignment",
    "hand_over",
    "park_caseload",
    "refuse_while_following",
    "register_client",
]

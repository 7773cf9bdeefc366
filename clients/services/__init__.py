"""Everything that changes clients and who follows them."""

from clients.services.assignment import assign, end_assignment, hand_over
from clients.services.client import correct_client, register_client
from clients.services.emergency import end_emergency_access, start_emergency_access
from clients.services.export import make_client_export
from clients.services.leaving import park_caseload, refuse_while_following
from clients.services.review import judge_review
from clients.services.service_number import (
    record_service_number,
    remove_service_number,
    reveal_service_number,
    seal_again,
)
from clients.services.sharing import (
    add_consent_text,
    end_ground,
    give_consent,
    record_ground,
    withdraw_consent,
)

__all__ = [
    "add_consent_text",
    "assign",
    "correct_client",
    "end_assignment",
    "end_emergency_access",
    "end_ground",
    "give_consent",
    "hand_over",
    "judge_review",
    "make_client_export",
    "park_caseload",
    "record_ground",
    "record_service_number",
    "refuse_while_following",
    "register_client",
    "remove_service_number",
    "reveal_service_number",
    "seal_again",
    "start_emergency_access",
    "withdraw_consent",
]

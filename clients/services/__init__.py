"""Everything that changes clients and who follows them."""

from clients.services.assignment import assign, end_assignment, hand_over
from clients.services.client import correct_client, register_client

__all__ = ["assign", "correct_client", "end_assignment", "hand_over", "register_client"]

from clients.views.access import client_access
from clients.views.assignment import assignment_add, assignment_end, assignment_hand_over
from clients.views.client import client_correct, client_register

__all__ = [
    "assignment_add",
    "assignment_end",
    "assignment_hand_over",
    "client_access",
    "client_correct",
    "client_register",
]

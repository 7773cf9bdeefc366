from clients.views.assignment import assignment_add, assignment_end, assignment_hand_over
from clients.views.client import client_correct, client_register

__all__ = ["assignment_add", "assignment_end", "assignment_hand_over", "client_correct", "client_register"]

from clients.views.access import client_access
from clients.views.assignment import assignment_add, assignment_end, assignment_hand_over
from clients.views.client import client_correct, client_register
from clients.views.emergency import emergency_end, emergency_start
from clients.views.review import review_detail, review_list
from clients.views.service_number import (
    service_number,
    service_number_record,
    service_number_remove,
    service_number_reveal,
)
from clients.views.sharing import consent_give, consent_withdraw, ground_end, ground_record

__all__ = [
    "assignment_add",
    "assignment_end",
    "assignment_hand_over",
    "client_access",
    "client_correct",
    "client_register",
    "consent_give",
    "consent_withdraw",
    "emergency_end",
    "emergency_start",
    "ground_end",
    "ground_record",
    "review_detail",
    "review_list",
    "service_number",
    "service_number_record",
    "service_number_remove",
    "service_number_reveal",
]

from clients.models.assignment import Assignment
from clients.models.client import Client
from clients.models.emergency import LONGEST, EmergencyAccess, EmergencyReason
from clients.models.export import ClientExport, LeftOutReason, LeftOutText
from clients.models.review import AccessReview, ReviewRule, Verdict

__all__ = [
    "LONGEST",
    "AccessReview",
    "Assignment",
    "Client",
    "ClientExport",
    "EmergencyAccess",
    "EmergencyReason",
    "LeftOutReason",
    "LeftOutText",
    "ReviewRule",
    "Verdict",
]

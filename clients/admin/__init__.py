"""What the administrator sees of clients: that they exist; and the texts that they agree to."""

from clients.admin.client import ClientAdmin
from clients.admin.consent_text import ConsentTextAdmin
from clients.admin.retention import DestructionCertificateAdmin, RetentionRegimeAdmin
from clients.admin.review import AccessReviewAdmin
from clients.admin.staff_leaving import LeavingUserAdmin

__all__ = [
    "AccessReviewAdmin",
    "ClientAdmin",
    "ConsentTextAdmin",
    "DestructionCertificateAdmin",
    "LeavingUserAdmin",
    "RetentionRegimeAdmin",
]

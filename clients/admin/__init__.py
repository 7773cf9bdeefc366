"""What the administrator sees of clients: that they exist."""

from clients.admin.client import ClientAdmin
from clients.admin.retention import DestructionCertificateAdmin, RetentionRegimeAdmin
from clients.admin.review import AccessReviewAdmin
from clients.admin.staff_leaving import LeavingUserAdmin

__all__ = [
    "AccessReviewAdmin",
    "ClientAdmin",
    "DestructionCertificateAdmin",
    "LeavingUserAdmin",
    "RetentionRegimeAdmin",
]

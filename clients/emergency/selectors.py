"""Emergency access that is running."""

from uuid import UUID

from clients.models import EmergencyAccess
from staff.models import User


def running_access(*, user: User, client_id: UUID) -> EmergencyAccess | None:
    """The access with which `user` has this file open at this moment. One statement."""
    return EmergencyAccess.objects.running().filter(user=user, client__public_id=client_id).first()

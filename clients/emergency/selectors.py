"""Emergency access that is running."""

from uuid import UUID

from clients.models import Client, EmergencyAccess
from staff.models import User


def running_access(*, user: User, client_id: UUID) -> EmergencyAccess | None:
    """The access with which `user` has this file open at this moment.

    One statement for whoever has some file open in an emergency; for nobody else on a page about clients.
    """
    if not Client.objects.keys_opened_in_emergency_by(user):
        return None
    return EmergencyAccess.objects.running().filter(user=user, client__public_id=client_id).first()

"""Who somebody is, of a session that was read already."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from ipsplatform.common.remembered import remembered
from staff.models import User
from staff.models.session import person_of


class Backend(AuthenticationBackend):
    """As allauth has it. While a page is read, the person of a session comes along with the session."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with this key who may sign in; None for nobody, and for a closed account."""
        user = remembered(person_of(int(user_id)), lambda: User.objects.filter(pk=user_id).first())
        return user if user is not None and self.user_can_authenticate(user) else None

"""The key in a link with which somebody chooses a password."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from staff.models import User


class ResetLinks(PasswordResetTokenGenerator):
    """Django's own key: another password, a sign-in or another e-mail address ends it.

    allauth's would also write the address into a table of its own, as one that nobody confirmed (ADR 36).
    """

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Never of an account that is closed: a password chosen now would wait there until it opens."""
        return user is not None and user.is_active and super().check_token(user, token)

"""The code of the second factor: attempts from one address wait, and the person is warned."""

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from staff.models import GuessKind
from staff.sign_on.attempts import begin_attempt, note_failure


class _LimitedCode(BaseAuthenticateForm):
    """allauth's own limit, by person alone, is the wide ceiling behind this one."""

    def clean_code(self) -> str:
        attempt = begin_attempt(context.request, GuessKind.CODE, self.user.username)
        if attempt is None:
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            code = super().clean_code()
        except ValidationError:
            note_failure(context.request, GuessKind.CODE, self.user.username)
            raise
        attempt.rollback()
        return code


class CodeForm(_LimitedCode, AuthenticateForm):
    """At the sign-in."""


class CodeAgainForm(_LimitedCode, ReauthenticateForm):
    """Before something that protects the account changes."""

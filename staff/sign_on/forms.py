"""allauth's forms, where they would tell or accept more than we want."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ipsplatform.common.form_fields import field_of
from staff.mail.services import ask_mail
from staff.models import GuessKind, MailKind, StaffMail
from staff.models.user import plain_address
from staff.sign_on import services
from staff.sign_on.attempts import begin_attempt, note_failure


class ForgottenPasswordForm(ResetPasswordForm):
    """Looks nobody up: a known and an unknown address cost the same (ADR 36)."""

    email = field_of(StaffMail, "address")

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: object) -> str:  # noqa: ARG002
        address = self.cleaned_data["email"]
        ask_mail(kind=MailKind.NEW_PASSWORD, address=address)
        return address


class _OnceForm(mfa_forms.BaseAuthenticateForm):
    """A code that is accepted is accepted once, also when it comes twice at the same moment."""

    def clean_code(self) -> str:
        """The attempt is judged under a lock on the factors; a refusal undoes nothing that was noted."""
        with transaction.atomic():
            services.lock_factors(user=self.user)
            try:
                code = super().clean_code()
                self._use(code)
            except ValidationError as error:
                refusal = error
            else:
                return code
        raise refusal

    def _use(self, code: str) -> None:
        is_of_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_of_app and not services.use_app_code(app=self.authenticator, code=code):
            self._emit_authentication_failed(self.authenticator)
            raise ValidationError(_("This code was used already. Wait for the next one."))


class _LimitedForm(mfa_forms.BaseAuthenticateForm):
    """Attempts from one address wait, and the person is warned; allauth's own limit, by person alone, is the
    wide ceiling behind this one (ADR 37).
    """

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


class ActivateAppForm(ActivateTOTPForm):
    """allauth's, with the name that its field has on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the app")


class AuthenticateForm(_LimitedForm, _OnceForm, mfa_forms.AuthenticateForm):
    """At the sign-in."""


class ReauthenticateForm(_LimitedForm, _OnceForm, mfa_forms.ReauthenticateForm):
    """Before something that protects the account changes."""

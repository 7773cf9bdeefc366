"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ipsplatform.common.access import notes_of
from ipsplatform.common.sealed import box
from staff.models import GuessKind, StaffAction, User
from staff.sign_on import provider as single_sign_on
from staff.sign_on.attempts import begin_attempt, note_failure, pair_key
from staff.sign_on.services import note_own_change

# Recovery codes alone are no second factor: they replace one that is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

CONFIRMATIONS = {
    "mfa_reauthenticate": _("Use the app or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many wrong attempts from here. Wait five minutes and try again. "
            "A passkey works at once, if you have one."
        ),
        "enter_current_password": _("This password is not right."),
        "incorrect_password": _("This password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Accounts are made by an administrator or the import, never by a visitor."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Back to work."""
        return reverse("home")

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """allauth's own. Whoever has to wait was turned away, at the password and at the code."""
        if code == "too_many_login_attempts":
            notes_of(self.request).turn_away()
        return super().validation_error(code, *args)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before the password is looked at: does this name at this address have to wait?"""
        self._attempt = begin_attempt(request, GuessKind.PASSWORD, credentials.get("username", ""))
        if self._attempt is None:
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted for the person too, wherever it came from."""
        super().authentication_failed(request, **credentials)
        note_failure(request, GuessKind.PASSWORD, credentials.get("username", ""))

    def _rollback_login_failed_rl_usage(self) -> None:
        """A right password is no attempt."""
        super()._rollback_login_failed_rl_usage()
        if self._attempt is not None:
            self._attempt.rollback()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """allauth counts by name alone; that would let anybody lock a colleague out."""
        return pair_key(request, credentials.get("username", ""))

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Whoever has to choose an own password does not keep the one that somebody else knows."""
        cleaned = super().clean_password(password, user)
        if user is not None and user.must_change_password and user.check_password(cleaned):
            raise ValidationError(_("Choose another password than the one that was typed for you."))
        return cleaned

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """What somebody chose themself, on the page or by a link, is known to nobody else."""
        user.must_change_password = False
        super().set_password(user, password)
        note_own_change(user=user, action=StaffAction.PASSWORD_CHOSEN)

    def get_reauthentication_methods(self, user: User) -> list[dict]:
        """Anyone with a second factor confirms with it: a stolen password removes nothing."""
        methods = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"] != "reauthenticate"]
        return [method | {"description": CONFIRMATIONS[method["id"]]} for method in strong] or methods

    def get_login_stages(self) -> list[str]:
        """The stage of allauth that asks for the second factor is replaced by ours."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "staff.sign_on.login_stages.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: User, **circumstances) -> HttpResponse | None:
        """A second factor that the sign-on service saw counts for this session; nothing else it says does."""
        refusal = super().pre_login(request, user, **circumstances)
        claims = (circumstances["signal_kwargs"] or {}).get("claims")
        if refusal is None and claims:
            record_authentication(request, user, "socialaccount", provider=single_sign_on.PROVIDER)
            if single_sign_on.shows_second_factor(claims):
                record_authentication(request, user, "mfa", type="oidc")
        return refusal

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Whoever left and still knows the password, or somebody who has it: the log tells."""
        notes_of(request).closed_account = user
        return super().respond_user_inactive(request, user)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Incorrect code."),
        "cannot_delete_authenticator": _("This is your only second factor. Add another one first."),
    }

    def get_totp_label(self, user: User) -> str:
        """The name that the app shows; not the e-mail address."""
        return user.username

    def get_totp_issuer(self) -> str:
        return "Reis naar werk"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where a second factor is compulsory, the last one stays."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        return not settings.SECOND_FACTOR_REQUIRED or others.exclude(pk=authenticator.pk).exists()

    def encrypt(self, text: str) -> str:
        """A copy of the database alone gives nobody a working code."""
        return box("second factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValidationError for what another SECRET_KEY has sealed."""
        try:
            return box("second factor").decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValidationError(
                _(
                    "Your app and your recovery codes can't be read any more: this installation has other "
                    "keys. Use a passkey, or ask the administrator of your organisation."
                )
            ) from error

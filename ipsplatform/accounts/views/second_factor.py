"""The second factor: allauth's views with our audit lines, and without a GET that writes."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.views import (
    BaseReauthenticateView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from allauth.account.views import ReauthenticateView as ReauthenticateByPasswordView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from ipsplatform.accounts.second_factor import is_past_the_gate
from ipsplatform.common.access import AccessAction, form_to, reads
from ipsplatform.common.refusals import tell_nothing_done
from staff.models import StaffAction
from staff.sign_on import provider as single_sign_on
from staff.sign_on import services
from staff.sign_on.attempts import note_wrong_link

LEAVE = "leave"

passkey_login = login_not_required(LoginWebAuthnView.as_view())
password_forgot = login_not_required(PasswordResetView.as_view())
password_link_sent = login_not_required(PasswordResetDoneView.as_view())
password_saved = login_not_required(PasswordResetFromKeyDoneView.as_view())


class ConfirmView(BaseReauthenticateView):
    """Asks once more who somebody is. Whoever changed their mind goes back, unless the gate asks."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question. With `leave` it goes unanswered, and what waited for the answer is forgotten."""
        if LEAVE in request.GET and is_past_the_gate(request):
            request.session.pop(STATE_SESSION_KEY, None)
            return redirect("home")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"may_leave": is_past_the_gate(self.request)}


class ConfirmByPasswordView(ConfirmView, ReauthenticateByPasswordView):
    """By the password."""


class ConfirmByCodeView(ConfirmView, ReauthenticateView):
    """By a code of the app, or a recovery code."""


class ConfirmByPasskeyView(ConfirmView, ReauthenticateWebAuthnView):
    """By a passkey."""


confirm_by_password = form_to(AccessAction.UPDATE)(ConfirmByPasswordView.as_view())
confirm_by_code = form_to(AccessAction.UPDATE)(ConfirmByCodeView.as_view())
confirm_by_passkey = form_to(AccessAction.UPDATE)(ConfirmByPasskeyView.as_view())


class SecondFactorView(AuthenticateView):
    def get_context_data(self, **kwargs) -> dict:
        """A passkey is offered to those who have one."""
        has_passkey = is_mfa_enabled(self.stage.login.user, [Authenticator.Type.WEBAUTHN])
        return super().get_context_data(**kwargs) | {"has_passkey": has_passkey}


class PasswordChooseView(PasswordResetFromKeyView):
    def get_form(self, form_class=None) -> BaseForm:
        """A mistake is told under the words that stand at the field."""
        form = super().get_form(form_class)
        form.fields["password2"].label = _("New password again")
        return form

    def render_to_response(self, context: dict, **kwargs) -> HttpResponse:
        """A link that was used, ended or guessed stands in the log."""
        if context.get("token_fail"):
            note_wrong_link(self.request)
        return super().render_to_response(context, **kwargs)


class SecurityView(IndexView):
    """What somebody signs in with, and what is still missing."""

    def get_context_data(self, **kwargs) -> dict:
        found = super().get_context_data(**kwargs)
        kinds = found["authenticators"]
        codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
        is_readable = codes is not None and services.is_readable(codes.instance)
        return {
            **found,
            "app": kinds.get(Authenticator.Type.TOTP),
            "passkeys": kinds.get(Authenticator.Type.WEBAUTHN, []),
            "codes": codes,
            "codes_left": len(codes.get_unused_codes()) if is_readable else None,
            "sign_on_name": single_sign_on.service_name() if single_sign_on.is_on() else "",
            "identities": single_sign_on.identities_of(self.request.user),
            "must_set_up": settings.SECOND_FACTOR_REQUIRED and not found["is_mfa_enabled"],
        }


class AppActivateView(ActivateTOTPView):
    def form_valid(self, form) -> HttpResponse:
        """Who sets the app up in this session has shown it: no second question, and that code is used up."""
        with transaction.atomic():
            response = super().form_valid(form)
            app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
            services.use_app_code(app=app, code=form.cleaned_data["code"])
            services.note_own_change(user=self.request.user, action=StaffAction.FACTOR_ADDED)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return response


class AppRemoveView(DeactivateTOTPView):
    def form_valid(self, form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            services.note_own_change(user=self.request.user, action=StaffAction.FACTOR_REMOVED)
        return response


class PasskeyAddView(AddWebAuthnView):
    def form_valid(self, form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            services.note_own_change(user=self.request.user, action=StaffAction.FACTOR_ADDED)
        record_authentication(self.request, self.request.user, "mfa", type="webauthn")
        return response


class PasskeyRemoveView(RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form) -> HttpResponse:
        """The last factor stays where one is compulsory."""
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            text = adapter.error_messages["cannot_delete_authenticator"]
            tell_nothing_done(self.request, text, level=messages.ERROR)
            return redirect("mfa_index")
        with transaction.atomic():
            response = super().form_valid(form)
            services.note_own_change(user=self.request.user, action=StaffAction.FACTOR_REMOVED)
        return response


class RecoveryCodesNewView(GenerateRecoveryCodesView):
    def form_valid(self, form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            services.note_own_change(user=self.request.user, action=StaffAction.CODES_MADE)
        return response


second_factor = form_to(AccessAction.UPDATE)(SecondFactorView.as_view())
password_choose = login_not_required(form_to(AccessAction.UPDATE)(PasswordChooseView.as_view()))
security = reads(SecurityView.as_view())
app_activate = form_to(AccessAction.CREATE)(AppActivateView.as_view())
app_remove = form_to(AccessAction.DELETE)(AppRemoveView.as_view())
passkey_add = form_to(AccessAction.CREATE)(PasskeyAddView.as_view())
passkey_remove = form_to(AccessAction.DELETE)(PasskeyRemoveView.as_view())
recovery_codes_new = form_to(AccessAction.UPDATE)(RecoveryCodesNewView.as_view())


@reads
@reauthentication_required(app="allauth.mfa")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes that are still unused; shown to somebody who confirmed a moment ago."""
    codes = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    if not services.is_readable(codes):
        tell_nothing_done(
            request, _("These codes can't be read any more. Make new ones."), level=messages.ERROR
        )
        return redirect("mfa_index")
    return render(request, "mfa/recovery_codes/index.html", {"unused_codes": codes.wrap().get_unused_codes()})

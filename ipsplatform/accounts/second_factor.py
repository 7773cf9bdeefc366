"""Nobody works on a password alone: without a second factor in this session every page leads to it."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from ipsplatform.common.access import notes_of
from staff.sign_on.adapters import FACTORS

ALWAYS_OPEN = {"account_logout", "set_language", "health_live", "health_ready"}
SETTING_UP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
CONFIRMING = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


class SecondFactorMiddleware:
    """Stands behind every sign-in, whichever way it went: password, new password, single sign-on, admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, *_arguments) -> HttpResponse | None:
        """Let through, or lead to setting a factor up, or to showing the one that exists."""
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name
        if name in ALWAYS_OPEN or not getattr(view, "login_required", True) or is_past_the_gate(request):
            return None
        has_factor = is_mfa_enabled(request.user, FACTORS)
        chooses_first = request.user.must_change_password and name == "account_change_password"
        if name in (CONFIRMING if has_factor else SETTING_UP) or (chooses_first and not has_factor):
            return None
        notes_of(request).refuse()
        if not has_factor:
            return redirect("mfa_index")
        response = redirect("mfa_reauthenticate")
        if request.method == "GET":
            response["Location"] += "?" + urlencode({"next": request.get_full_path()})
        return response


def is_past_the_gate(request: HttpRequest) -> bool:
    """Whether this session may go on: it showed a second factor, or none is asked for here."""
    return not settings.SECOND_FACTOR_REQUIRED or has_shown_factor(request)


def has_shown_factor(request: HttpRequest) -> bool:
    """Whether this session itself saw a second factor; another session of the same person proves nothing."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))

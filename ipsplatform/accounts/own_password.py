"""A password that somebody else typed opens nothing but the page where one chooses an own password."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ipsplatform.accounts.second_factor import ALWAYS_OPEN, has_shown_factor
from ipsplatform.common.access import notes_of
from staff.sign_on.adapters import FACTORS

CHOOSING = {"account_change_password", "account_reset_password", "account_reset_password_done"}


class OwnPasswordMiddleware:
    """Stands behind every sign-in. Who has a second factor shows it first; who has none chooses first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, *_arguments) -> HttpResponse | None:
        """Let through, or lead to choosing a password."""
        if not request.user.is_authenticated or not request.user.must_change_password:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in ALWAYS_OPEN | CHOOSING or not getattr(view, "login_required", True):
            return None
        has_factor = settings.SECOND_FACTOR_REQUIRED and is_mfa_enabled(request.user, FACTORS)
        if has_factor and not has_shown_factor(request):
            return None  # the next gate asks for it
        notes_of(request).refuse()
        return redirect("account_change_password")

"""Signing in and out, the language, and where each role begins."""

from allauth.account.views import AccountInactiveView, LoginView, LogoutView, PasswordChangeView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.i18n import set_language as django_set_language

from ipsplatform.common.access import AccessAction, form_to, reads
from ipsplatform.first_steps.steps import first_steps
from staff.mail.services import can_send_mail
from staff.permissions import can_open_files, can_use_admin
from staff.sign_on import provider as single_sign_on


class SignInView(LoginView):
    def get_context_data(self, **kwargs) -> dict:
        """Who was signed out by the clock is told so; the other ways in are offered where they exist."""
        return {
            **super().get_context_data(**kwargs),
            "has_ended": self.request.session.get("has_ended"),
            "sign_on_name": single_sign_on.service_name() if single_sign_on.is_on() else "",
            "sends_mail": can_send_mail(),
        }


login = login_not_required(form_to(AccessAction.UPDATE)(SignInView.as_view()))
account_inactive = login_not_required(AccountInactiveView.as_view())
logout = LogoutView.as_view()
set_language = login_not_required(django_set_language)


@reads
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to where the work is."""
    if can_open_files(request.user):
        return redirect("trajectories:caseload_list")
    if can_use_admin(request.user):
        return redirect("admin:first_steps" if first_steps().upcoming else "admin:index")
    return redirect("reports:run_list")


@form_to(AccessAction.UPDATE)
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's password. Who signs in without one has none to change."""
    if not request.user.has_usable_password():
        raise PermissionDenied
    return PasswordChangeView.as_view()(request)

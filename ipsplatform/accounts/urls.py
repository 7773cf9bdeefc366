"""The addresses of signing in, of the second factor, and of one's own sessions."""

from django.urls import path, re_path

from ipsplatform.accounts.views import second_factor as account_views
from ipsplatform.accounts.views import sessions as session_views
from ipsplatform.accounts.views import sign_in as views
from ipsplatform.accounts.views import single_sign_on as single_sign_on_views

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("login/closed/", views.account_inactive, name="account_inactive"),
    path("login/second-factor/", account_views.second_factor, name="mfa_authenticate"),
    path("login/passkey/", account_views.passkey_login, name="mfa_login_webauthn"),
    path("login/single-sign-on/", single_sign_on_views.sign_on_start, name="single_sign_on_start"),
    path("login/single-sign-on/back/", single_sign_on_views.sign_on_back, name="single_sign_on_callback"),
    path("confirm/password/", account_views.confirm_by_password, name="account_reauthenticate"),
    path("confirm/code/", account_views.confirm_by_code, name="mfa_reauthenticate"),
    path("confirm/passkey/", account_views.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("security/", account_views.security, name="mfa_index"),
    path("security/app/", account_views.app_activate, name="mfa_activate_totp"),
    path("security/app/remove/", account_views.app_remove, name="mfa_deactivate_totp"),
    path("security/passkeys/add/", account_views.passkey_add, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/remove/", account_views.passkey_remove, name="mfa_remove_webauthn"),
    path("security/codes/", account_views.recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new/", account_views.recovery_codes_new, name="mfa_generate_recovery_codes"),
    path("security/single-sign-on/", single_sign_on_views.identity_link, name="single_sign_on_link"),
    path(
        "security/single-sign-on/<int:pk>/remove/",
        single_sign_on_views.identity_unlink,
        name="single_sign_on_unlink",
    ),
    path("sessions/", session_views.session_list, name="session_list"),
    path("sessions/end/", session_views.session_end, name="session_end"),
    path("sessions/end-others/", session_views.session_end_others, name="session_end_others"),
    path("sessions/continue/", session_views.session_continue, name="session_continue"),
    path("password/", views.password_change, name="account_change_password"),
    path("password/forgot/", account_views.password_forgot, name="account_reset_password"),
    path("password/forgot/sent/", account_views.password_link_sent, name="account_reset_password_done"),
    re_path(
        r"^password/choose/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_views.password_choose,
        name="account_reset_password_from_key",
    ),
    path("password/saved/", account_views.password_saved, name="account_reset_password_from_key_done"),
    path("logout/", views.logout, name="account_logout"),
]

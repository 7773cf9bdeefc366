"""Sign-ins and codes that did not fit, for the access log: also of somebody who is not known yet."""

from allauth.account.internal.stagekit import get_pending_stage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from ipsplatform.common.access import notes_of
from staff.models import User

SIGN_IN = "account_login"
# The views say themselves what did not fit, within a limit: a GET is easily repeated.
BY_LINK = {"single_sign_on_callback", "account_reset_password_from_key"}
# A passkey that does not fit leads back to the door; every other form comes back itself.
PASSKEY = {"mfa_login_webauthn", "mfa_reauthenticate_webauthn"}
ASKS_FOR_PROOF = PASSKEY | {
    SIGN_IN,
    "mfa_authenticate",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "account_change_password",
}
TOO_MANY_REQUESTS = 429


def has_failed(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether somebody tried to prove who they are, and it did not fit.

    What a rate limit turned away, with an error or with the form that says to wait, was not weighed: it
    leaves no line, so nobody can fill the log.
    """
    name = request.resolver_match.view_name if request.resolver_match else ""
    notes = notes_of(request)
    if notes.closed_account is not None:
        return True
    if name in BY_LINK:
        return notes.is_refused and not notes.is_turned_away
    if request.method != "POST" or name not in ASKS_FOR_PROOF:
        return False
    if 300 <= response.status_code < 400:
        return name in PASSKEY and response.headers["Location"] == reverse(SIGN_IN)
    return response.status_code != TOO_MANY_REQUESTS and not notes.is_turned_away


def who_tried(request: HttpRequest) -> User | None:
    """Whose account somebody tried to enter; None when there is no such account."""
    closed_account: User | None = notes_of(request).closed_account
    if closed_account is not None:
        return closed_account
    stage = get_pending_stage(request)
    if stage is not None:
        return stage.login.user
    typed = request.POST.get("login", "")
    if not typed or "\x00" in typed:
        return None
    return User.objects.filter(username__iexact=typed).first()

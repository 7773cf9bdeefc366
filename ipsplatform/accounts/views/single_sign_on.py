"""Signing in at the organisation's own service, and linking one's account with it."""

import logging
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ipsplatform.accounts.second_factor import is_past_the_gate
from ipsplatform.common.access import AccessAction, button_to, form_to, reads
from ipsplatform.common.refusals import refusals_told
from staff.sign_on import provider as single_sign_on
from staff.sign_on import services
from staff.sign_on.attempts import note_wrong_link

logger = logging.getLogger(__name__)


def _only_when_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Without a service these addresses are not there; what goes wrong at the service is told in words."""

    @wraps(view)
    def answer(request: HttpRequest, **arguments) -> HttpResponse:
        if not single_sign_on.is_on():
            raise Http404
        try:
            return view(request, **arguments)
        except single_sign_on.SignOnError as error:
            return _failed(request, error)

    return answer


@login_not_required
@button_to(AccessAction.UPDATE)
@rate_limit(action="login")
@_only_when_on
def sign_on_start(request: HttpRequest) -> HttpResponse:
    """To the service, remembering where somebody wanted to be."""
    if request.user.is_authenticated:
        return redirect("home")
    return _leave(request, single_sign_on.begin(request, next=get_next_redirect_url(request) or ""))


@login_not_required
@reads
@_only_when_on
def sign_on_back(request: HttpRequest) -> HttpResponse:
    """Back from the service. A GET that changes something: the protocol has it so, the state guards it."""
    claims, asked = single_sign_on.finish(request)
    uid = single_sign_on.identity_of(issuer=claims["iss"], subject=claims["sub"])
    if "asked_by" in asked:
        return _link(request, asked["asked_by"], uid=uid, claims=claims)
    identity = services.recognise_identity(provider=single_sign_on.PROVIDER, uid=uid, claims=claims)
    if identity is None:
        note_wrong_link(request)
        facts = {"sign_on_name": single_sign_on.service_name()}
        return render(request, "account/single_sign_on_unknown.html", facts, status=403)
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    return perform_login(
        request, identity.user, redirect_url=asked["next"] or None, signal_kwargs={"claims": claims}
    )


@button_to(AccessAction.READ)
@_only_when_on
@reauthentication_required(app="allauth.mfa")
def identity_link(request: HttpRequest) -> HttpResponse:
    """To the service; who comes back is linked with the account that is signed in here."""
    return _leave(request, single_sign_on.begin(request, asked_by=str(request.user.public_id)))


@form_to(AccessAction.DELETE)
@_only_when_on
@reauthentication_required(app="allauth.mfa")
def identity_unlink(request: HttpRequest, pk: int) -> HttpResponse:
    identity = get_object_or_404(single_sign_on.identities_of(request.user), pk=pk)
    if request.method != "POST":
        facts = {"sign_on_name": single_sign_on.service_name()}
        return render(request, "account/single_sign_on_unlink.html", facts)
    services.unlink_identity(user=request.user, pk=identity.pk)
    messages.success(request, _("The link is removed."))
    return redirect("mfa_index")


def _leave(request: HttpRequest, url: str) -> HttpResponse:
    """A page that goes on to the service by itself.

    Not a redirect: browsers hold the redirect of a form against `form-action`, which stays at this site.
    """
    facts = {"sign_on_name": single_sign_on.service_name(), "service_url": url}
    response = render(request, "account/single_sign_on_leave.html", facts)
    response["Refresh"] = f"0; url={url}"
    return response


def _link(request: HttpRequest, asked_by: str, *, uid: str, claims: dict) -> HttpResponse:
    """Link for the person who asked, in a session that showed a second factor."""
    is_past = is_past_the_gate(request)
    if not request.user.is_authenticated or asked_by != str(request.user.public_id) or not is_past:
        note_wrong_link(request)
        raise PermissionDenied
    with refusals_told(request):
        services.link_identity(user=request.user, provider=single_sign_on.PROVIDER, uid=uid, claims=claims)
        messages.success(request, _("Your account is linked. From now on you can sign in with it."))
    return redirect("mfa_index")


def _failed(request: HttpRequest, error: single_sign_on.SignOnError) -> HttpResponse:
    if isinstance(error, single_sign_on.CancelledError):
        messages.info(request, _("You stopped signing in there. Nothing has changed here."))
        return redirect("mfa_index" if request.user.is_authenticated else "account_login")
    note_wrong_link(request)
    logger.warning("Single sign-on failed: %s", type(error.__cause__ or error).__name__)
    is_down = isinstance(error, single_sign_on.ServiceUnreachableError)
    facts = {"sign_on_name": single_sign_on.service_name(), "is_down": is_down}
    return render(request, "account/single_sign_on_failed.html", facts, status=503 if is_down else 400)

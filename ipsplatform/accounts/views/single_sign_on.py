"""Signing in at the organisation's own service, and linking one's account with it."""

import logging
from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.decorators import rate_limit
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from ipsplatform.accounts.second_factor import has_shown_factor
from ipsplatform.common.refusals import refusals_told
from staff.sign_on import provider as single_sign_on
from staff.sign_on import services
from staff.sign_on.adapters import LinkAskedError, SignOnFailedError, UnknownIdentityError

logger = logging.getLogger(__name__)


def _only_when_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Without a service these addresses are not there; what goes wrong at the service is told in words."""

    @wraps(view)
    def answer(request: HttpRequest, **arguments) -> HttpResponse:
        if not single_sign_on.is_on():
            raise Http404
        try:
            return view(request, **arguments)
        except (SignOnFailedError, OAuth2Error) as error:
            return _failed(request, error)

    return answer


@login_not_required
@require_POST
@rate_limit(action="login")
@_only_when_on
def sign_on_start(request: HttpRequest) -> HttpResponse:
    """To the service, remembering where somebody wanted to be."""
    if request.user.is_authenticated:
        return redirect("home")
    service = single_sign_on.service_of(request)
    return _leave(
        request, service.redirect(request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request)).url
    )


@login_not_required
@require_safe
@_only_when_on
def sign_on_back(request: HttpRequest) -> HttpResponse:
    """Back from the service. A GET that changes something: the protocol has it so, the state guards it."""
    try:
        return _Back.adapter_view(single_sign_on.Exchange(request))(request)
    except UnknownIdentityError:
        facts = {"sign_on_name": single_sign_on.service_name()}
        return render(request, "account/single_sign_on_unknown.html", facts, status=403)
    except LinkAskedError as asked:
        return _link(request, asked)


@require_POST
@_only_when_on
@reauthentication_required(app="allauth.mfa")
def identity_link(request: HttpRequest) -> HttpResponse:
    """To the service; who comes back is linked with the account that is signed in here."""
    service = single_sign_on.service_of(request)
    asked_by = str(request.user.public_id)
    return _leave(request, service.redirect(request, AuthProcess.CONNECT, data=asked_by).url)


@require_http_methods(["GET", "HEAD", "POST"])
@_only_when_on
@reauthentication_required(app="allauth.mfa")
def identity_unlink(request: HttpRequest, pk: int) -> HttpResponse:
    identity = get_object_or_404(single_sign_on.identities_of(request.user), pk=pk)
    if request.method != "POST":
        facts = {"sign_on_name": single_sign_on.service_name()}
        return render(request, "account/single_sign_on_unlink.html", facts)
    services.unlink_identity(user=request.user, pk=identity.pk)
    messages.success(request, _("The link is taken away."))
    return redirect("mfa_index")


class _Back(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: single_sign_on.SignOnService) -> tuple:
        """The nonce that this session sent along is what the id token has to hold."""
        state, refusal = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, refusal


def _leave(request: HttpRequest, url: str) -> HttpResponse:
    """A page that goes on to the service by itself.

    Not a redirect: browsers hold the redirect of a form against `form-action`, which stays at this site.
    """
    facts = {"sign_on_name": single_sign_on.service_name(), "service_url": url}
    response = render(request, "account/single_sign_on_leave.html", facts)
    response["Refresh"] = f"0; url={url}"
    return response


def _link(request: HttpRequest, asked: LinkAskedError) -> HttpResponse:
    """Link for the person who asked, in a session that showed a second factor."""
    has_factor = not settings.SECOND_FACTOR_REQUIRED or has_shown_factor(request)
    if not request.user.is_authenticated or asked.asked_by != str(request.user.public_id) or not has_factor:
        raise PermissionDenied
    account = asked.account
    with refusals_told(request):
        services.link_identity(
            user=request.user, provider=account.provider, uid=account.uid, claims=account.extra_data
        )
        messages.success(request, _("Your account is linked. From now on you can sign in with it."))
    return redirect("mfa_index")


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    if getattr(error, "was_cancelled", False):
        messages.info(request, _("You stopped signing in there. Nothing has changed here."))
        return redirect("mfa_index" if request.user.is_authenticated else "account_login")
    cause = error.__cause__ if isinstance(error, SignOnFailedError) and error.__cause__ else error
    logger.warning("Single sign-on failed: %s", type(cause.__cause__ or cause).__name__)
    is_down = isinstance(cause, single_sign_on.ServiceUnreachableError | RequestException)
    facts = {"sign_on_name": single_sign_on.service_name(), "is_down": is_down}
    return render(request, "account/single_sign_on_failed.html", facts, status=503 if is_down else 400)

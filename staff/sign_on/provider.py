"""The sign-on service of the organisation (OpenID Connect), as the environment names it.

allauth brings the authorization code flow with state and PKCE. It trusts an id token that came over TLS
without looking at its signature, takes the subject from the userinfo page, and sends no nonce: here
the signature, the issuer, the audience, the time and the nonce are checked, and userinfo is not read.
"""

import hashlib
import json
import secrets

import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from staff.models import User
from staff.sign_on.id_tokens import IdTokenError, proves_second_factor, read_id_token

PROVIDER = "oidc"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
KEPT = ("iss", "sub", "acr", "amr")  # of the id token: no name, no e-mail address


class ServiceUnreachableError(OAuth2Error):
    """The sign-on service gives no answer, or not one that can be read."""


class Exchange(OpenIDConnectOAuth2Adapter):
    """The talk with the service during one sign-in."""

    def __init__(self, request: HttpRequest, provider_id: str = PROVIDER) -> None:
        super().__init__(request, provider_id)
        self.nonce = ""  # the one that went along, once the session has told it

    @cached_property
    def openid_config(self) -> dict:
        """What the service says of itself; only what the configured issuer says is believed."""
        found = _read_json(self.get_provider().server_url)
        if found.get("issuer") != settings.OIDC_ISSUER:
            raise OAuth2Error("the service names another issuer than OIDC_ISSUER")
        if not all(isinstance(found.get(name), str) for name in ENDPOINTS):
            raise OAuth2Error("the service does not name its addresses")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002
        return build_absolute_uri(request, reverse("single_sign_on_callback"))

    def complete_login(
        self,
        request: HttpRequest,
        app: SocialApp,
        token: SocialToken,  # noqa: ARG002
        *,
        response: dict,
        **_more,
    ) -> SocialLogin:
        """Who signed in, by the id token alone."""
        try:
            claims = read_id_token(
                response.get("id_token"),
                keys=_read_json(self.openid_config["jwks_uri"]),
                issuer=settings.OIDC_ISSUER,
                client_id=app.client_id,
                nonce=self.nonce,
            )
        except IdTokenError as error:
            raise OAuth2Error("id token refused") from error
        return self.get_provider().sociallogin_from_response(request, claims)


class SignOnService(OpenIDConnectProvider):
    oauth2_adapter_class = Exchange

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: object = None, **kwargs
    ) -> HttpResponse:
        """To the service, with a nonce that the id token has to bring back to this session."""
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = {"nonce": nonce}
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)

    def extract_uid(self, claims: dict) -> str:
        return identity_of(issuer=claims["iss"], subject=claims["sub"])

    def extract_extra_data(self, claims: dict) -> dict:
        return {name: claims[name] for name in KEPT if name in claims}

    def extract_common_fields(self, claims: dict) -> dict:  # noqa: ARG002
        """Nothing of a person is taken over."""
        return {}

    def extract_email_addresses(self, claims: dict) -> list[EmailAddress]:  # noqa: ARG002
        """An e-mail address says nothing about who somebody is here."""
        return []


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER)


def service_name() -> str:
    return settings.OIDC_NAME or _("your work account")


def service_of(request: HttpRequest) -> SignOnService:
    return get_adapter(request).get_provider(request, PROVIDER)


def configured_app() -> SocialApp:
    """What allauth wants to know of the service: from the settings, never from the database."""
    return SocialApp(
        provider=SignOnService.id,
        provider_id=PROVIDER,
        name=service_name(),
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER.rstrip("/"),
            "scope": ["openid"],
            "oauth_pkce_enabled": True,
        },
    )


def identity_of(*, issuer: str, subject: str) -> str:
    """One value for the pair: the same subject of another issuer is somebody else."""
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def identities_of(user: User) -> QuerySet[SocialAccount]:
    """What `user` has linked."""
    return SocialAccount.objects.filter(user=user, provider=PROVIDER).order_by("pk")


def shows_second_factor(login: SocialLogin) -> bool:
    """Whether the id token of this sign-in says that the service asked for a second factor."""
    return proves_second_factor(login.account.extra_data, settings.OIDC_SECOND_FACTOR_VALUES)


def _read_json(url: str) -> dict:
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url)
        answer.raise_for_status()
        found = answer.json()
    except requests.RequestException as error:
        raise ServiceUnreachableError("no answer") from error
    if not isinstance(found, dict):
        raise ServiceUnreachableError("not an answer")
    return found

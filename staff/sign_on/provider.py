"""The sign-on service of the organisation (OpenID Connect), as the environment names it.

Authlib brings the authorization code flow with state, PKCE and nonce, and reads the id token. What it leaves
to its caller, or would believe of the service, is decided here (ADR 31).
"""

import hashlib
import json
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.utils import build_absolute_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import HTTPError, RequestException
from requests.adapters import HTTPAdapter

from staff.models import User
from staff.sign_on.id_tokens import IdTokenError, proves_second_factor, read_id_token

PROVIDER = "oidc"
KEPT = ("iss", "sub", "acr", "amr")  # of the id token: no name, no e-mail address
TIMEOUT = 5  # seconds
BASIC, POST = "client_secret_basic", "client_secret_post"
BELIEVED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "_loaded_at")
# What Authlib raises on an answer of an unexpected shape, which it does not check.
MISSHAPEN = (OAuthError, RuntimeError, AttributeError, KeyError, TypeError, ValueError)


class SignOnError(Exception):
    """Nobody can be signed in with what came back; the cause says which part, without its content."""


class CancelledError(SignOnError):
    """The person cancelled at the service."""


class ServiceUnreachableError(SignOnError):
    """The sign-on service gives no answer, or not one that can be read."""


class SystemTrust(HTTPAdapter):
    """Trusts whom this system and CA_FILE trust; requests alone knows its own list only."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, ssl_context=ssl.create_default_context())


class SignOnSession(OAuth2Session):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.mount("https://", SystemTrust())


class SignOnService(DjangoOAuth2App):
    """The exchange with the service during one sign-in; nothing of it is kept for the next."""

    client_cls = SignOnSession

    def __init__(self) -> None:
        super().__init__(
            DjangoIntegration(PROVIDER),
            name=PROVIDER,
            client_id=settings.OIDC_CLIENT_ID,
            client_secret=settings.OIDC_CLIENT_SECRET,
            server_metadata_url=f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": TIMEOUT},
        )

    def load_server_metadata(self) -> dict:
        """The addresses in the service's metadata; nothing else in it is trusted.

        Authlib makes settings of its client of the whole document, PKCE and the timeout among them.
        """
        if "_loaded_at" not in self.server_metadata:
            found = super().load_server_metadata()
            if found["issuer"] != settings.OIDC_ISSUER:
                raise OAuthError("another issuer than OIDC_ISSUER")
            offered = found.get("token_endpoint_auth_methods_supported", [])
            self.server_metadata = {name: found[name] for name in BELIEVED}
            self.client_kwargs["token_endpoint_auth_method"] = BASIC if BASIC in offered else POST
        return self.server_metadata


def begin(request: HttpRequest, **kept: str) -> str:
    """The address at the service to go to; `kept` comes back with the answer to this session."""
    service = SignOnService()
    back = build_absolute_uri(request, reverse("single_sign_on_callback"))
    with _answers_of_the_service():
        asked = service.create_authorization_url(back, nonce=secrets.token_urlsafe(32))
    service.save_authorize_data(request, redirect_uri=back, **asked, **kept)
    return asked["url"]


def finish(request: HttpRequest) -> tuple[dict, dict]:
    """Who signed in, by the id token alone, and what `begin` kept. An answer works once.

    Raises SignOnError, CancelledError, ServiceUnreachableError.
    """
    service = SignOnService()
    state = request.GET.get("state")
    asked = service.framework.get_state_data(request.session, state)
    service.framework.clear_state_data(request.session, state)
    if asked is None:
        raise SignOnError("state")
    if "code" not in request.GET or "error" in request.GET:
        raise CancelledError if request.GET.get("error") == "access_denied" else SignOnError("no code")
    with _answers_of_the_service():
        keys = service.fetch_jwk_set()
    with _answers_of_the_service(HTTPError):
        token = service.fetch_access_token(
            code=request.GET["code"], redirect_uri=asked["redirect_uri"], code_verifier=asked["code_verifier"]
        )
        claims = read_id_token(
            token.get("id_token"),
            keys=keys,
            issuer=settings.OIDC_ISSUER,
            client_id=service.client_id,
            nonce=asked["nonce"],
        )
    return {name: claims[name] for name in KEPT if name in claims}, asked


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER)


def service_name() -> str:
    return settings.OIDC_NAME or _("your work account")


def identity_of(*, issuer: str, subject: str) -> str:
    """One value for the pair: the same subject of another issuer is somebody else."""
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def identities_of(user: User) -> QuerySet[SocialAccount]:
    """What `user` has linked."""
    return SocialAccount.objects.filter(user=user, provider=PROVIDER).order_by("pk")


def shows_second_factor(claims: dict) -> bool:
    """Whether the id token of this sign-in says that the service asked for a second factor."""
    return proves_second_factor(claims, settings.OIDC_SECOND_FACTOR_VALUES)


@contextmanager
def _answers_of_the_service(*refusals: type[Exception]) -> Iterator[None]:
    refused: tuple[type[Exception], ...] = (IdTokenError, *refusals)
    try:
        yield
    except refused as error:
        raise SignOnError("refused") from error
    except RequestException as error:
        raise ServiceUnreachableError("no answer") from error
    except MISSHAPEN as error:
        raise SignOnError("misshapen") from error

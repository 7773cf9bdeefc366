"""The request as views get it: LoginRequiredMiddleware lets nobody else through."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from staff.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """A request by a person of staff. Only a type: requests are never made of this class."""

    user: User
    htmx: HtmxDetails


def signed_in(request: HttpRequest) -> User:
    """Who asks, of a request that may be anybody's. Raises PermissionDenied for who did not sign in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user

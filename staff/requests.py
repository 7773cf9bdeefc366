"""The request as views get it: LoginRequiredMiddleware lets nobody else through."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from staff.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """A request by a person of staff. Only a type: requests are never made of this class."""

    number: UUID
    user: User
    htmx: HtmxDetails


def signed_in(request: HttpRequest) -> User:
    """The person who asks, where anybody may. Raises PermissionDenied when nobody signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user

"""The request as views get it: LoginRequiredMiddleware lets nobody else through."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from staff.models import User


class AuthenticatedHttpRequest(HttpRequest):
    """A request by a person of staff. Only a type: requests are never made of this class."""

    user: User
    htmx: HtmxDetails

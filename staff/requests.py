"""The request as views get it: LoginRequiredMiddleware lets nobody else through."""

from django_htmx.middleware import HtmxDetails

from ipsplatform.common.access import NotedRequest
from staff.models import User


class AuthenticatedHttpRequest(NotedRequest):
    """A request by a person of staff. Only a type: requests are never made of this class."""

    user: User
    htmx: HtmxDetails

"""The client that a link asks for."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404

from clients.models import Client
from staff.requests import AuthenticatedHttpRequest


def asked_client(request: AuthenticatedHttpRequest) -> Client | None:
    """The client of `?client=`; None without one. Raises Http404 for one that this person can't see."""
    asked = request.GET.get("client")
    if not asked:
        return None
    try:
        return get_object_or_404(Client.objects.visible_to(request.user), public_id=asked)
    except ValidationError:
        raise Http404 from None

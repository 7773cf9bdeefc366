"""The employer that a link asks for."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404

from staff.requests import AuthenticatedHttpRequest
from trajectories.models import Employer


def asked_employer(request: AuthenticatedHttpRequest) -> str:
    """The name, with the place, of the employer of `?employer=`; empty without one.

    Raises Http404 for one that does not exist, or that this person does not know.
    """
    asked = request.GET.get("employer")
    if not asked:
        return ""
    try:
        return get_object_or_404(Employer.objects.visible_to(request.user), public_id=asked).label
    except ValidationError:
        raise Http404 from None

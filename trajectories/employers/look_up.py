"""The employer that a link asks for."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from trajectories.models import Employer


def asked_employer(request: HttpRequest) -> str:
    """The name of the employer of `?employer=`; empty without one. Raises Http404 for an unknown one."""
    asked = request.GET.get("employer")
    if not asked:
        return ""
    try:
        return get_object_or_404(Employer, public_id=asked).name
    except ValidationError:
        raise Http404 from None

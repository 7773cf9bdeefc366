"""The occurrence that an address asks for."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time
from uuid import UUID

from django.http import Http404

from clients.file.look_up import visible_or_404
from clients.permissions import who_may_write
from ipsplatform.common.written import NotReadError, day_in_link, read_clock
from staff.models import User
from staff.requests import AuthenticatedHttpRequest
from trajectories.agenda.selectors import Planned, occurrence_of
from trajectories.models import Appointment


def occurrence_or_404(
    request: AuthenticatedHttpRequest,
    public_id: UUID,
    *,
    may: Callable[[User, Appointment], bool] | None = None,
    or_else: Callable[[], str] = who_may_write,
) -> Planned:
    """The occurrence of `?on=` of this appointment, its first without one.

    Raises Http404 for what this person does not see and a day without an occurrence, and PermissionDenied
    for what they may only read.
    """
    appointment = visible_or_404(request, Appointment, public_id, may=may, or_else=or_else)
    asked = request.GET.get("on", "")
    on = day_in_link(asked) if asked else appointment.starts_on
    planned = occurrence_of(appointment, on) if on else None
    if planned is None:
        raise Http404
    return planned


def asked_occurrence(request: AuthenticatedHttpRequest) -> Planned | None:
    """The occurrence of `?appointment=` and `?on=`; None without one. Raises Http404 as above."""
    asked = request.GET.get("appointment")
    if not asked:
        return None
    with suppress(ValueError):
        return occurrence_or_404(request, UUID(asked))
    raise Http404


def asked_time(request: AuthenticatedHttpRequest, name: str) -> time | None:
    """The time of day that a link fills in; None when it names none."""
    with suppress(NotReadError):
        return read_clock(request.GET.get(name, ""))
    return None


def asked_day(request: AuthenticatedHttpRequest, name: str) -> date | None:
    """The day that a link fills in; None when it names none."""
    return day_in_link(request.GET.get(name, ""))

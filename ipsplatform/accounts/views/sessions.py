"""Where am I signed in, and going on with a session that was about to end."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ipsplatform.common.access import AccessAction, button_to, reads
from staff.models import StaffSession
from staff.models.session import stored_key
from staff.requests import signed_in
from staff.sessions import services


@reads
def session_list(request: HttpRequest) -> HttpResponse:
    rows = StaffSession.objects.of(request.user)
    current_key = stored_key(request.session.session_key or "")
    return render(request, "account/session_list.html", {"rows": rows, "current_key": current_key})


@button_to(AccessAction.DELETE)
def session_end(request: HttpRequest) -> HttpResponse:
    """End one session. One's own current one is ended by signing out."""
    try:
        public_id = UUID(request.POST.get("session", ""))
    except ValueError as error:
        raise Http404 from error
    if services.end_session(user=request.user, public_id=public_id):
        messages.success(request, _("That session has ended."))
    return redirect("session_list")


@button_to(AccessAction.DELETE)
def session_end_others(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    services.end_other_sessions(user=person, kept=request.session.session_key, by=person)
    messages.success(request, _("You are now signed in here only."))
    return redirect("session_list")


@button_to(AccessAction.READ)
def session_continue(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The question itself keeps the session: the middleware saw it."""
    return HttpResponse(status=204)

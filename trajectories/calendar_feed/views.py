"""The agenda for one's own calendar: the page with its address, and what stands at that address."""

from functools import partial

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ipsplatform.common.access import AccessAction, button_to, only_for, reads
from ipsplatform.common.form_actions import button_action
from staff.permissions import can_open_files
from staff.requests import AuthenticatedHttpRequest
from trajectories.calendar_feed import services
from trajectories.calendar_feed.calendar_file import calendar_file
from trajectories.calendar_feed.selectors import appointments_of
from trajectories.models import CalendarFeed

SHOWN_ONCE = "calendar_feed"  # in the session, which is sealed, from the press until the page after it
PAGE = "trajectories:calendar_feed"
APP, RATE = "allauth.account", "calendar_feed"  # names of the rate in ACCOUNT_RATE_LIMITS


@reads
@only_for(can_open_files)
def calendar_feed(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Whether there is an address, and the address itself just after it was made."""
    token = request.session.pop(SHOWN_ONCE, None)
    context = {
        "feed": CalendarFeed.objects.of(request.user).first(),
        "address": request.build_absolute_uri(_address_of(token)) if token else "",
    }
    return render(request, "trajectories/calendar_feed/calendar_feed.html", context)


@button_to(AccessAction.CREATE)
@only_for(can_open_files)
def calendar_feed_make(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Make an address; the one before stops working."""
    make = partial(_make_and_show_once, request)
    return button_action(request, make, said=_("Address made. You see it once."), then=reverse(PAGE))


@button_to(AccessAction.DELETE)
@only_for(can_open_files)
def calendar_feed_revoke(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Revoke the address: it opens nothing from now on."""
    revoke = partial(services.revoke_calendar_feed, user=request.user)
    said = _("Address revoked. Calendars that used it get nothing any more.")
    return button_action(request, revoke, said=said, then=reverse(PAGE))


@login_not_required
@never_cache
@reads
def calendar_file_of(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address; unknown, revoked and of a closed account are the same 404."""
    feed = CalendarFeed.objects.opened_by(token)
    if feed is None:
        return HttpResponse(status=404)  # a page would set a cookie, and a calendar reads none
    if not ratelimit.consume(request, app=APP, action=RATE, key=str(feed.public_id), limit_get=True):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    with translation.override("nl"):
        content = calendar_file(appointments_of(feed.user), owner=feed.public_id)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _make_and_show_once(request: AuthenticatedHttpRequest, *, by) -> None:
    request.session[SHOWN_ONCE] = services.make_calendar_feed(user=request.user, by=by)


def _address_of(token: str) -> str:
    return reverse("trajectories:calendar_file", args=[token])

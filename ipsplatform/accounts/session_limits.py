"""A session ends after 15 minutes without use and after 12 hours at the latest."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

SEEN_EVERY = 60  # seconds; not every page has to write that it was read


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Before the page: has this session ended? After it: a session that began now says where."""

    def answer(request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            _end_or_keep(request)
        response = get_response(request)
        if SESSION_KEY in request.session and request.session.modified and "device" not in request.session:
            request.session["device"] = request.headers.get("User-Agent", "")[:300]
            request.session["address"] = get_adapter(request).get_client_ip(request)
        return response

    return answer


def seconds_until_the_end(request: HttpRequest) -> int:
    """How long the session can go on at most, however busy somebody is."""
    began_at = request.session.get("began_at", timezone.now().timestamp())
    return round(began_at + settings.SESSION_ABSOLUTE_SECONDS - timezone.now().timestamp())


def _end_or_keep(request: HttpRequest) -> None:
    now = timezone.now().timestamp()
    began_at, seen_at = request.session.get("began_at", 0), request.session.get("seen_at", 0)
    idle = now - seen_at
    if idle >= settings.SESSION_IDLE_SECONDS or now - began_at >= settings.SESSION_ABSOLUTE_SECONDS:
        logout(request)
        request.session["has_ended"] = True  # the sign-in page says why one is there
    elif idle >= min(SEEN_EVERY, settings.SESSION_IDLE_SECONDS / 10):
        request.session["seen_at"] = now
        request.session.pop("has_ended", None)

"""Addresses as a log may hold them: which page, and the identifiers in it; nothing that somebody typed."""

import re
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve

UNKNOWN = "(no such address)"
# `<uuid:public_id>` of path() and `(?P<key>.+)` of re_path(), in a route as urls.py has it.
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()\[]|\[[^]]*\]|\([^()]*\))*\)")
AFTER_THE_HOST = re.compile(r"(https?://[^/\s?#]+)[^\s'\"]*")


def path_for_log(path: str) -> str:
    """The page behind a path, with or without a query."""
    path = path.partition("?")[0]
    if path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
        return f"/{settings.STATIC_URL.strip('/')}/…"
    try:
        return path_of(resolve(path))
    except Resolver404:
        return UNKNOWN


def path_of(match: ResolverMatch) -> str:
    """The route, filled in with identifiers only: the key of a link for a new password stays `<key>`."""

    def fill_in(place: re.Match) -> str:
        name = place[1] or place[2]
        value = match.kwargs.get(name)
        return str(value) if isinstance(value, UUID | int) else f"<{name}>"

    return "/" + PLACE.sub(fill_in, match.route).strip("^$")


def without_addresses(text: str) -> str:
    """The text with no more of each web address than its host."""
    return AFTER_THE_HOST.sub(r"\1/…", text)

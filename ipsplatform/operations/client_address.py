"""The network address of who asks, behind the proxies that are trusted."""

from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """As the last trusted proxy saw it (TRUSTED_PROXY_COUNT); None when nothing can be trusted."""
    try:
        found = get_adapter(request).get_client_ip(request)
        return str(ip_address(found.partition("%")[0]))  # a zone says which cable, and fits no column
    except (PermissionDenied, ImproperlyConfigured, ValueError):
        return None

"""What has to be right in the settings before this app may run."""

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error

HINT = "docs/operations.md, citizen service numbers, says how to make the keys."


def service_number_keys(**options) -> list[CheckMessage]:  # noqa: ARG001
    """Numbers are kept only where they can be encrypted, and checked for duplicates."""
    if not settings.BSN_ENABLED:
        return []
    found: list[CheckMessage] = []
    if not settings.BSN_KEYS or not all(map(_is_key, settings.BSN_KEYS)):
        found.append(Error("BSN_ENABLED asks for valid BSN_KEYS.", hint=HINT, id="clients.E001"))
    if len(settings.BSN_INDEX_KEY) < 32 or settings.BSN_INDEX_KEY in settings.BSN_KEYS:
        message = "BSN_ENABLED asks for a BSN_INDEX_KEY of its own, of 32 characters or more."
        found.append(Error(message, hint=HINT, id="clients.E002"))
    return found


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True

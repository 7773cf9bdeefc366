"""The heartbeat of the background work, in the cache: beat asks for it, a worker writes it."""

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

KEY = "heartbeat"


def write() -> None:
    """Store the moment at which a worker did a task of beat."""
    cache.set(KEY, timezone.now().timestamp(), timeout=None)


def is_fresh() -> bool:
    """Whether the last heartbeat is at most BEAT_STALE_SECONDS old."""
    last = cache.get(KEY)
    return last is not None and timezone.now().timestamp() - last <= settings.BEAT_STALE_SECONDS

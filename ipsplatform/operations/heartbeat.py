"""That beat plans and a worker works, kept in the cache: beat orders it, the worker writes it."""

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

KEY = "sign-of-life"


def write() -> None:
    """Remember that a task of beat has just been done."""
    cache.set(KEY, timezone.now().timestamp(), timeout=None)


def is_fresh() -> bool:
    """Whether the last one is young enough."""
    last = cache.get(KEY)
    return last is not None and timezone.now().timestamp() - last <= settings.BEAT_STALE_SECONDS

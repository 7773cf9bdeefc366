"""Values that cost time to make, kept in the cache."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

Made = TypeVar("Made")


def cached(key: str, make: Callable[[], Made], *, seconds: int) -> Made:
    """The value under `key`, made now if it is not there; `key` says all that the value depends on."""
    kept = cache.get(key)
    if kept is not None:
        return kept
    made = make()
    cache.set(key, made, seconds)
    return made

"""Values that cost time to make, kept in the cache; without a cache they are made each time."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

Made = TypeVar("Made")


def remembered(key: str, make: Callable[[], Made], *, seconds: int) -> Made:
    """The value under `key`, made now if it is not there; `key` says all that the value follows from."""
    try:
        kept = cache.get(key)
        if kept is not None:
            return kept
        made = make()
        cache.set(key, made, seconds)
    except RedisError:
        return make()  # slower, and the page is there
    return made

"""The cache in Redis or Valkey; while that does not answer, each process uses its own memory."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
SILENCE_SECONDS = 2  # after a failure Redis is left alone for so long: a page asks the cache many times


def _with_fallback(name: str) -> Callable[..., Any]:
    """The operation on Redis, or on the memory of this process."""
    ask = getattr(RedisCache, name)

    def either(cache: "FallbackCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= cache.silent_until:
            try:
                return ask(cache, *args, **kwargs)
            except RedisError as error:
                logger.warning("The cache does not answer (%s).", type(error).__name__)
                cache.silent_until = time.monotonic() + SILENCE_SECONDS
        return getattr(cache.fallback, name)(*args, **kwargs)

    return either


class FallbackCache(RedisCache):
    """No page fails because of the cache, and wrong passwords stay counted (ADR 20)."""

    def __init__(self, server: str, params: dict) -> None:
        super().__init__(server, params)
        kept = {name: value for name, value in params.items() if name != "OPTIONS"}
        self.fallback = LocMemCache("fallback", kept)
        self.silent_until = 0.0

    add = _with_fallback("add")
    get = _with_fallback("get")
    set = _with_fallback("set")
    touch = _with_fallback("touch")
    delete = _with_fallback("delete")
    get_many = _with_fallback("get_many")
    has_key = _with_fallback("has_key")
    incr = _with_fallback("incr")
    set_many = _with_fallback("set_many")
    delete_many = _with_fallback("delete_many")
    clear = _with_fallback("clear")

"""Django's cache in Redis, with connections that all threads share."""

from functools import cached_property, lru_cache
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class SharedRedisCache(RedisCache):
    """Django makes a cache for each thread, and each request has a thread: each would connect to Redis anew."""

    def __init__(self, server: str, parameters: dict[str, Any]) -> None:
        super().__init__(server, parameters)
        self._server = server

    @cached_property
    def _cache(self) -> RedisCacheClient:
        return _shared(self._server)


@lru_cache
def _shared(server: str) -> RedisCacheClient:
    return RedisCacheClient([server])

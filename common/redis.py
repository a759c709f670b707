"""The one Redis client of a process. Redis is a cache and a courier: losing it loses speed and nothing else."""

from functools import lru_cache

import redis
from django.conf import settings


@lru_cache(maxsize=1)
def client() -> "redis.Redis":
    """A pooled client, safe to share between threads; values are bytes."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=10, health_check_interval=30)

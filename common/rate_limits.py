"""Rate limits kept in Redis, told to clients in `X-RateLimit-*` headers as Mastodon does."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import structlog
from django.conf import settings
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from common import redis as shared_redis

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Allowance:
    """What is left of a limit after this request, and when it starts anew."""

    limit: int
    remaining: int
    resets_at: dt.datetime
    exceeded: bool

    def headers(self) -> dict[str, str]:
        """Mastodon's header names; the reset time in ISO 8601."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": self.resets_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }


@lru_cache(maxsize=1)
def _limiter() -> FixedWindowRateLimiter:
    pool = shared_redis.client().connection_pool
    # The URI only names the dialect; the pool carries the address.
    return FixedWindowRateLimiter(RedisStorage("redis://", connection_pool=pool, key_prefix="limits"))


def spend(name: str, *, who: str, limit: int | None = None, minutes: int = 5) -> Allowance:
    """Count one request of `who` against the limit `name` (requests in `minutes` minutes)."""
    allowed = limit or settings.REQUESTS_PER_FIVE_MINUTES
    item = RateLimitItemPerMinute(allowed, minutes)
    try:
        within = _limiter().hit(item, name, who)
        window = _limiter().get_window_stats(item, name, who)
    except RedisError:
        # Without Redis nothing is counted: a slower network is better than none.
        log.warning("rate_limit_not_counted", limit=name)
        return Allowance(allowed, allowed, dt.datetime.now(dt.UTC), exceeded=False)
    resets_at = dt.datetime.fromtimestamp(window.reset_time, tz=dt.UTC)
    return Allowance(allowed, max(0, window.remaining), resets_at, exceeded=not within)

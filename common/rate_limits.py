"""Rate limits kept in Redis, told to clients in `X-RateLimit-*` headers as Mastodon does.

Windows begin at whole multiples of their length, as Mastodon's do, so when one ends is known without asking Redis, and
counting is two commands in one round trip: anybody's pipeline can carry them (`Window.count_in`).
"""

import datetime as dt
import math
import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
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
        """Mastodon's header names, the reset time in ISO 8601; when nothing is left, RFC 9110's seconds to wait, too."""
        wait = {"Retry-After": str(self.seconds_left())} if self.exceeded else {}
        return {
            **wait,
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": self.resets_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }

    def seconds_left(self) -> int:
        """Whole seconds until the limit starts anew, at least one."""
        return max(1, math.ceil((self.resets_at - dt.datetime.now(dt.UTC)).total_seconds()))


@dataclass(frozen=True)
class Window:
    """One caller's present window of one limit."""

    key: str
    limit: int
    seconds: int
    ends_at: int

    @classmethod
    def now(cls, name: str, *, who: str, limit: int | None = None, minutes: int = 5) -> "Window":
        """The window of `who` that is open now."""
        seconds = minutes * 60
        number = int(time.time()) // seconds
        return cls(
            f"limits:{name}:{who}:{seconds}:{number}",
            limit or settings.REQUESTS_PER_FIVE_MINUTES,
            seconds,
            (number + 1) * seconds,
        )

    def count_in(self, pipeline: Any) -> None:
        """Queue the counting of one request on a Redis pipeline, synchronous or not: two commands, the first answers the count."""
        pipeline.incr(self.key)
        pipeline.expire(self.key, self.seconds)

    def allowance(self, count: int | None) -> Allowance:
        """What `count` requests leave; None is a Redis that did not answer, and a slower network is better than none."""
        ends_at = dt.datetime.fromtimestamp(self.ends_at, tz=dt.UTC)
        used = count or 0
        return Allowance(self.limit, max(0, self.limit - used), ends_at, exceeded=used > self.limit)


def api_window(account_id: int | None, address: str) -> Window:
    """The limit that every answer of the API counts against: the account's, or the address's of whoever has none."""
    return Window.now("api", who=f"address:{address}" if account_id is None else f"account:{account_id}")


def spend(name: str, *, who: str, limit: int | None = None, minutes: int = 5) -> Allowance:
    """Count one request of `who` against the limit `name` (requests in `minutes` minutes), in one round trip."""
    return spend_in(Window.now(name, who=who, limit=limit, minutes=minutes))


def spend_in(window: Window) -> Allowance:
    """Count one request in its window."""
    try:
        pipeline = shared_redis.client().pipeline(transaction=False)
        window.count_in(pipeline)
        count, _ = pipeline.execute()
    except RedisError:
        log.warning("rate_limit_not_counted", limit=window.key.split(":")[1])
        return window.allowance(None)
    return window.allowance(int(count))

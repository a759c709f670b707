"""The one subscription connection of a process to Redis. Lost, it is made again, and nobody's stream ends meanwhile."""

import asyncio
import random
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import RedisError
from redis.utils import str_if_bytes

log = structlog.get_logger(__name__)

PING_SECONDS = 10
SILENT_SECONDS = 30
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 5.0


class Listener:
    """Follows `wanted`, the channels that somebody listens to, and hands what is published there to `heard`."""

    def __init__(self, *, wanted: Callable[[], set[str]], heard: Callable[[str, bytes], None]) -> None:
        self._wanted = wanted
        self._heard = heard
        self._changed = asyncio.Event()
        self._held: set[str] = set()
        self._confirmed = asyncio.Condition()
        self._last_sign = 0.0

    def changed(self) -> None:
        """`wanted` gives others than before."""
        self._changed.set()

    async def holding(self, channels: tuple[str, ...]) -> None:
        """Wait until Redis has confirmed all of `channels`."""
        async with self._confirmed:
            await self._confirmed.wait_for(lambda: self._held.issuperset(channels))

    async def run(self) -> None:
        """Listen for ever, connecting anew with growing pauses. What is published meanwhile is missed."""
        pause = SHORTEST_PAUSE
        while True:
            began = time.monotonic()
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                log.warning("stream_connection_lost", error=type(error).__name__)
            self._held.clear()
            pause = SHORTEST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
            # Many processes lose the same Redis at once, and should not all come back at once.
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311

    async def _listen(self) -> None:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0))
        pubsub = client.pubsub()
        try:
            asked = self._wanted()
            await pubsub.subscribe(*asked)
            self._last_sign = time.monotonic()
            tasks = [asyncio.create_task(self._read(pubsub)), asyncio.create_task(self._follow(pubsub, asked))]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis publishes it without types
            await client.aclose()

    async def _read(self, pubsub: redis.client.PubSub) -> None:
        while True:
            message = await pubsub.get_message(timeout=None)
            self._last_sign = time.monotonic()
            if message is None or message["type"] == "pong":
                continue
            channel = str_if_bytes(message["channel"])
            if message["type"] == "message":
                self._heard(channel, message["data"])
            else:
                async with self._confirmed:
                    (self._held.add if message["type"] == "subscribe" else self._held.discard)(channel)
                    self._confirmed.notify_all()

    async def _follow(self, pubsub: redis.client.PubSub, asked: set[str]) -> None:
        """The only task that writes: it subscribes and unsubscribes, and asks a silent Redis whether it is there."""
        while True:
            self._changed.clear()
            wanted = self._wanted()
            if new := wanted - asked:
                await pubsub.subscribe(*new)
            if gone := asked - wanted:
                await pubsub.unsubscribe(*gone)
            asked = wanted
            try:
                await asyncio.wait_for(self._changed.wait(), PING_SECONDS)
            except TimeoutError:
                if time.monotonic() - self._last_sign > SILENT_SECONDS:
                    raise LostConnection("Redis is silent") from None
                await pubsub.ping()

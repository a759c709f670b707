"""One open connection: what waits to be sent to it, and why it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from feed.api.streaming.callers import Caller
from feed.api.streaming.frames import Frame
from feed.api.streaming.refusals import TRY_AGAIN_LATER
from feed.api.streaming.streams import Stream

# Frames that wait while the network takes none, and seconds that one may take. Beyond either the client is cut off.
MOST_WAITING = 500
STUCK_AFTER_SECONDS = 30

Data = str | bytes


class Client:
    """The hub offers, the transport's pump sends; neither ever waits for the other."""

    def __init__(
        self,
        caller: Caller,
        *,
        encode: Callable[[Stream, Frame], Data],
        heartbeat: Data,
        heartbeat_seconds: float,
    ) -> None:
        self.caller = caller
        self.streams: dict[object, Stream] = {}
        self.ended = asyncio.Event()
        self.code = 0
        self.reason = ""
        self._encode = encode
        self._heartbeat = heartbeat
        self._heartbeat_seconds = heartbeat_seconds
        self._waiting: asyncio.Queue[Data] = asyncio.Queue(MOST_WAITING)
        self._spoke_at = time.monotonic()
        self._sending_since: float | None = None

    @property
    def is_sending(self) -> bool:
        """Whether the network has not yet taken what was sent last."""
        return self._sending_since is not None

    def offer(self, stream: Stream, frame: Frame) -> None:
        """Have an event sent, after those offered before."""
        self.put(self._encode(stream, frame))

    def put(self, data: Data) -> None:
        """Have this sent. A client with too much waiting is cut off: nothing is kept for it for ever."""
        if self.ended.is_set():
            return
        try:
            self._waiting.put_nowait(data)
        except asyncio.QueueFull:
            self.end(TRY_AGAIN_LATER, "Too slow: read the timeline and connect again.")
        else:
            self._spoke_at = time.monotonic()

    def end(self, code: int, reason: str) -> None:
        """Have the connection closed; the first reason stands."""
        if not self.ended.is_set():
            self.code, self.reason = code, reason
            self.ended.set()

    def beat(self) -> None:
        """Called at every heartbeat: a sign of life for the client, an end for one that takes nothing."""
        now = time.monotonic()
        if self._sending_since is not None and now - self._sending_since > STUCK_AFTER_SECONDS:
            self.end(TRY_AGAIN_LATER, "Too slow: read the timeline and connect again.")
        elif now - self._spoke_at >= self._heartbeat_seconds:
            self.put(self._heartbeat)

    async def pump(self, send: Callable[[Data], Awaitable[None]]) -> None:
        """Send what is offered, until the connection ends."""
        while not self.ended.is_set():
            data = await self._waiting.get()
            self._sending_since = time.monotonic()
            await send(data)
            self._sending_since = None

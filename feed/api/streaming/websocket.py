"""Streams over a WebSocket: as many as a client subscribes to, in one connection."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

from feed.api.streaming.callers import Caller, query_of
from feed.api.streaming.client import Client, Data
from feed.api.streaming.database import look
from feed.api.streaming.frames import WEBSOCKET_HEARTBEAT, Frame, error_text
from feed.api.streaming.hub import Hub
from feed.api.streaming.refusals import POLICY, TOO_LARGE, UNSUPPORTED, Refused
from feed.api.streaming.streams import Stream, require_own, stream_named

STREAMS_IN_A_CONNECTION = 50
LARGEST_FRAME = 4096
FRAMES_IN_A_MINUTE = 300
HEARTBEAT_SECONDS = 30
CLOSED_WITHIN_SECONDS = 5


async def serve(scope: dict[str, Any], receive: Any, send: Any, *, hub: Hub, caller: Caller) -> None:
    """Accept, subscribe as the address says, and follow the client's frames until it goes or is cut off."""
    protocols = scope.get("subprotocols") or [None]
    await send({"type": "websocket.accept", "subprotocol": protocols[0]})
    client = Client(caller, encode=_encode, heartbeat=WEBSOCKET_HEARTBEAT, heartbeat_seconds=HEARTBEAT_SECONDS)
    hub.join(client)
    query = query_of(scope)

    async def give(data: Data) -> None:
        await send({"type": "websocket.send", "text": data})

    async def follow() -> None:
        if "stream" in query:
            await _change(hub, client, {"type": "subscribe", **query})
        await _follow_frames(hub, client, receive)

    works = (client.pump(give), follow(), client.ended.wait())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(client)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if client.ended.is_set():
        with suppress(Exception):
            close = {"type": "websocket.close", "code": client.code, "reason": client.reason}
            await asyncio.wait_for(send(close), CLOSED_WITHIN_SECONDS)


def _encode(stream: Stream, frame: Frame) -> str:
    return frame.websocket(stream.name)


async def _follow_frames(hub: Hub, client: Client, receive: Any) -> None:
    minute, frames = 0, 0
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        now = int(time.monotonic() // 60)
        minute, frames = (minute, frames + 1) if now == minute else (now, 1)
        text = message.get("text")
        if text is None:
            client.end(UNSUPPORTED, "Binary frames are not understood")
        elif len(text) > LARGEST_FRAME:
            client.end(TOO_LARGE, f"A frame has at most {LARGEST_FRAME} characters")
        elif frames > FRAMES_IN_A_MINUTE:
            client.end(POLICY, f"At most {FRAMES_IN_A_MINUTE} frames in a minute")
        if client.ended.is_set():
            return
        # What is no JSON object, or of no known type, is passed over as Mastodon does.
        with suppress(ValueError, RecursionError):
            given = json.loads(text)
            if isinstance(given, dict):
                await _change(hub, client, given)


async def _change(hub: Hub, client: Client, given: dict[str, Any]) -> None:
    name = given.get("stream")
    name = name[0] if isinstance(name, list) and name else name
    kind = given.get("type")
    if kind not in ("subscribe", "unsubscribe"):
        return
    try:
        stream = stream_named(name, given, account_id=client.caller.account_id, scopes=client.caller.scopes)
        if kind == "unsubscribe":
            hub.unsubscribe(client, stream)
        elif stream.key not in client.streams:
            if len(client.streams) >= STREAMS_IN_A_CONNECTION:
                raise Refused(f"A connection has at most {STREAMS_IN_A_CONNECTION} streams.", status=400)
            if stream.list_id is not None:
                await look(require_own, stream, client.caller.account_id)
            await hub.subscribe(client, stream)
    except Refused as refused:
        client.put(error_text(refused.sentence, refused.status))

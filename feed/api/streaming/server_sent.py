"""Streams as server-sent events: one for each request."""

import asyncio
from contextlib import suppress
from typing import Any

from feed.api.streaming.answers import CORS
from feed.api.streaming.callers import Caller, query_of
from feed.api.streaming.client import Client, Data
from feed.api.streaming.database import look
from feed.api.streaming.frames import SSE_GREETING, SSE_HEARTBEAT
from feed.api.streaming.hub import BEAT_SECONDS, Hub
from feed.api.streaming.refusals import Refused
from feed.api.streaming.streams import MEDIA, NAMES, PUBLIC, Stream, require_own, stream_named

FALSE = {"", "0", "f", "F", "false", "FALSE", "off", "OFF"}


def stream_at(path: str, query: dict[str, str], caller: Caller) -> Stream:
    """The stream that an address below `/api/v1/streaming/` names. Raises Refused."""
    name = path.replace("/", ":")
    if name not in NAMES:
        raise Refused("Unknown channel requested", status=400)
    if name in PUBLIC and query.get("only_media", "") not in FALSE:
        name += MEDIA
    return stream_named(name, query, account_id=caller.account_id, scopes=caller.scopes)


async def serve(scope: dict[str, Any], receive: Any, send: Any, *, hub: Hub, caller: Caller, path: str) -> None:
    """Answer with a stream until the client goes, or is cut off. Raises Refused before the answer has begun."""
    stream = stream_at(path, query_of(scope), caller)
    if stream.list_id is not None:
        await look(require_own, stream, caller.account_id)
    client = Client(
        caller, encode=lambda _, frame: frame.sse, heartbeat=SSE_HEARTBEAT, heartbeat_seconds=BEAT_SECONDS / 2
    )
    hub.join(client)
    try:
        # Subscribed before the answer begins: whoever reads a timeline after the answer's head misses nothing between.
        await hub.subscribe(client, stream)
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            # Else nginx keeps events back until it has a buffer full of them.
            (b"x-accel-buffering", b"no"),
            *CORS,
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        client.put(SSE_GREETING)
        await _run(client, receive, send, hub)
    finally:
        hub.leave(client)


async def _run(client: Client, receive: Any, send: Any, hub: Hub) -> None:
    async def give(data: Data) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": True})

    async def until_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    pump, gone = asyncio.create_task(client.pump(give)), asyncio.create_task(until_gone())
    ended = asyncio.create_task(client.ended.wait())
    try:
        await asyncio.wait({pump, gone, ended}, return_when=asyncio.FIRST_COMPLETED)
        hub.leave(client)
        if client.is_sending:
            # The server keeps the connection until its client has taken what was sent; as long, its seat is taken too.
            await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pump, gone, ended):
            task.cancel()
        await asyncio.gather(pump, gone, ended, return_exceptions=True)
    with suppress(Exception):
        await send({"type": "http.response.body", "body": b"", "more_body": False})

"""The ASGI application of the streaming API, and how it stands beside Django's."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from feed.api.streaming import server_sent, websocket
from feed.api.streaming.answers import answer, refuse, refuse_websocket
from feed.api.streaming.callers import Caller, Seats, recognise, token_in
from feed.api.streaming.database import look
from feed.api.streaming.hub import Hub
from feed.api.streaming.refusals import Refused

log = structlog.get_logger(__name__)

PREFIX = "/api/v1/streaming"

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def with_streaming(django: Application) -> Application:
    """An application that answers the streaming API and every WebSocket itself, and leaves the rest to `django`."""
    streaming = Streaming()

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await streaming.websocket(scope, receive, send)
        elif scope["type"] == "http" and _is_ours(scope["path"]):
            await streaming.http(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application


def _is_ours(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


class Streaming:
    """The hub and the seats of one process."""

    def __init__(self) -> None:
        self._hub: Hub | None = None
        self._seats = Seats()

    async def http(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Health, or a stream of server-sent events."""
        path = scope["path"].removeprefix(PREFIX).strip("/")
        if scope["method"] == "OPTIONS":
            await answer(send, 204, b"")
            return
        if scope["method"] == "GET" and path == "health":
            await answer(send, 200, b"OK")
            return
        try:
            if scope["method"] != "GET":
                raise Refused("Not found", status=404)
            caller = await self._admitted(scope)
            with self._seats.taken_by(caller):
                await server_sent.serve(scope, receive, send, hub=self._running_hub(), caller=caller, path=path)
        except Refused as refused:
            await refuse(send, refused)

    async def websocket(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """A WebSocket, anywhere below the streaming API's address; nothing else here speaks it."""
        await receive()
        try:
            if not _is_ours(scope["path"]):
                raise Refused("Not found", status=404)
            caller = await self._admitted(scope)
            with self._seats.taken_by(caller):
                await websocket.serve(scope, receive, send, hub=self._running_hub(), caller=caller)
        except Refused as refused:
            await refuse_websocket(scope, send, refused)

    def _running_hub(self) -> Hub:
        # Not before the first stream: the server imports this where no event loop runs.
        self._hub = self._hub or Hub()
        self._hub.start()
        return self._hub

    async def _admitted(self, scope: dict[str, Any]) -> Caller:
        client = scope.get("client")
        return await look(recognise, token_in(scope), str(client[0]) if client else "unknown")

"""Plain HTTP answers of a raw ASGI application."""

import json
from typing import Any

from feed.api.streaming.refusals import Refused

# As Mastodon's: any page may read, with a token.
CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, cache-control, last-event-id"),
]
JSON = b"application/json; charset=utf-8"


async def answer(send: Any, status: int, body: bytes, *, content_type: bytes = b"text/plain; charset=utf-8") -> None:
    """A whole answer."""
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode()), *CORS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Any, refused: Refused) -> None:
    """Mastodon's shape of an error."""
    await answer(send, refused.status, json.dumps({"error": refused.sentence}).encode(), content_type=JSON)


async def refuse_websocket(scope: dict[str, Any], send: Any, refused: Refused) -> None:
    """The same in place of the upgrade; a server without this extension of ASGI says 403."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    body = json.dumps({"error": refused.sentence}).encode()
    headers = [(b"content-type", JSON), (b"x-error-message", refused.sentence.encode("latin-1", "replace")), *CORS]
    await send({"type": "websocket.http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})

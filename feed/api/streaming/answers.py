"""Plain HTTP answers of a raw ASGI application."""

import json
from collections.abc import Sequence
from typing import Any

from feed.api.streaming.refusals import Refused

# As Mastodon's: any page may read, with a token.
CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, cache-control, last-event-id"),
]
Headers = Sequence[tuple[bytes, bytes]]
JSON = b"application/json; charset=utf-8"


async def answer(
    send: Any, status: int, body: bytes, *, content_type: bytes = b"text/plain; charset=utf-8", also: Headers = ()
) -> None:
    """A whole answer; `also` are headers beside the usual."""
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode()), *CORS, *also]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Any, refused: Refused) -> None:
    """Mastodon's shape of an error."""
    body = json.dumps({"error": refused.sentence}).encode()
    await answer(send, refused.status, body, content_type=JSON, also=_waiting(refused))


async def refuse_websocket(scope: dict[str, Any], send: Any, refused: Refused) -> None:
    """The same in place of the upgrade; a server without this extension of ASGI says 403."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    body = json.dumps({"error": refused.sentence}).encode()
    headers = [(b"content-type", JSON), (b"x-error-message", refused.sentence.encode("latin-1", "replace")), *CORS]
    headers += _waiting(refused)
    await send({"type": "websocket.http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


def _waiting(refused: Refused) -> list[tuple[bytes, bytes]]:
    return [(b"retry-after", str(refused.retry_after).encode())] if refused.retry_after else []

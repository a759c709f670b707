"""Events as they go over the wire, encoded once for all who receive them."""

import json
from functools import cached_property

# Clients ignore what they do not know; ASGI has no pings with which a silent connection could be kept open.
WEBSOCKET_HEARTBEAT = '{"stream":[],"event":"heartbeat","payload":"{}"}'
SSE_GREETING = b":)\n"
SSE_HEARTBEAT = b":thump\n"


class Frame:
    """One event with its payload: JSON as text, or None for an event that has none."""

    def __init__(self, event: str, payload: str | None, *, has_media: bool = False) -> None:
        self.event = event
        self.payload = payload
        self.has_media = has_media
        self._texts: dict[tuple[str, ...], str] = {}

    def websocket(self, stream: tuple[str, ...]) -> str:
        """The frame's text for a stream, which Mastodon names by a list: `["hashtag", "cats"]`."""
        text = self._texts.get(stream)
        if text is None:
            text = self._texts[stream] = f'{{"stream":{json.dumps(stream)},{self._rest}}}'
        return text

    @cached_property
    def sse(self) -> bytes:
        """The event as server-sent. Browsers drop one without data, so a missing payload reads `undefined`, as Mastodon's."""
        payload = "undefined" if self.payload is None else self.payload
        return f"event: {self.event}\ndata: {payload}\n\n".encode()

    @cached_property
    def _rest(self) -> str:
        payload = "" if self.payload is None else f',"payload":{json.dumps(self.payload, ensure_ascii=False)}'
        return f'"event":{json.dumps(self.event)}{payload}'


def error_text(sentence: str, status: int) -> str:
    """What a client on an open WebSocket is told of a subscription that it does not get."""
    return json.dumps({"error": sentence, "status": status})

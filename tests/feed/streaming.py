"""Clients of the streaming API as tests use them: Mastodon.py's own, and a plain WebSocket."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mastodon import StreamListener
from websockets.sync.client import ClientConnection, connect

from common.redis import client as redis_client
from tests.live import LiveStack, wait_for

Event = tuple[list[str], str, Any]


class Heard(StreamListener):  # type: ignore[misc]  # Mastodon.py publishes no types
    """Keeps what Mastodon.py hands it: (event, parsed payload)."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.heartbeats = 0

    def on_any_event(self, name: str, data: Any = None) -> None:
        """Every event, before its own handler."""
        self.events.append((name, data))

    def handle_heartbeat(self) -> None:
        """A comment."""
        self.heartbeats += 1

    def named(self, name: str) -> list[Any]:
        """Payloads of one kind of event."""
        return [data for event, data in self.events if event == name]


@contextmanager
def websocket(stack: LiveStack, token: str, query: str = "", **options: Any) -> Iterator[ClientConnection]:
    """A WebSocket with the token in the address."""
    address = f"{stack.url.replace('http', 'ws', 1)}/api/v1/streaming?access_token={token}{query}"
    with connect(address, **options) as connection:
        yield connection


def next_event(connection: ClientConnection, *, seconds: float = 20) -> Event:
    """The next event but heartbeats: stream, name, payload as parsed from its JSON string."""
    deadline = time.monotonic() + seconds
    while True:
        frame = json.loads(connection.recv(timeout=max(0.1, deadline - time.monotonic())))
        if frame.get("event") != "heartbeat":
            return frame["stream"], frame["event"], json.loads(frame["payload"]) if "payload" in frame else None


def hear(*channels: str) -> None:
    """Wait until some process listens to the channels: a subscription is not acknowledged to a WebSocket's client."""

    def listened() -> bool:
        return all(count for _, count in redis_client().pubsub_numsub(*channels))

    wait_for(listened, what=f"somebody to listen to {channels}")

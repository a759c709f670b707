"""What needs no running stack: heartbeats, a full queue, and where the streaming API is said to be."""

import asyncio
import json

import pytest
from django.test import Client as Browser
from pytest_django.fixtures import Settings

from feed.api.streaming.callers import Caller
from feed.api.streaming.client import MOST_WAITING, Client, Data
from feed.api.streaming.frames import SSE_HEARTBEAT, WEBSOCKET_HEARTBEAT, Frame
from feed.api.streaming.streams import stream_named

CALLER = Caller(account_id=1, token_id=1, scopes=frozenset({"read"}), address="192.0.2.1")


def _client(*, heartbeat: Data, heartbeat_seconds: float) -> Client:
    return Client(
        CALLER,
        encode=lambda stream, frame: frame.websocket(stream.name),
        heartbeat=heartbeat,
        heartbeat_seconds=heartbeat_seconds,
    )


@pytest.mark.parametrize("heartbeat", [SSE_HEARTBEAT, WEBSOCKET_HEARTBEAT])
def test_a_silent_connection_is_given_a_sign_of_life(heartbeat: Data) -> None:
    """Proxies and clients hold a connection for dead on which nothing is said; one that speaks needs no heartbeat."""

    async def story() -> list[Data]:
        sent: list[Data] = []

        async def send(data: Data) -> None:
            sent.append(data)

        silent = _client(heartbeat=heartbeat, heartbeat_seconds=0)
        silent.beat()
        talking = _client(heartbeat=heartbeat, heartbeat_seconds=1000)
        talking.beat()
        talking.put("event")
        for client in (silent, talking):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.pump(send), 0.1)
        return sent

    assert asyncio.run(story()) == [heartbeat, "event"]


def test_the_websocket_heartbeat_has_the_shape_of_an_event() -> None:
    """Clients parse every frame, and pass over an event that they do not know only where it is well formed."""
    frame = json.loads(WEBSOCKET_HEARTBEAT)
    assert frame["stream"] == [] and json.loads(frame["payload"]) == {}


def test_nothing_is_kept_for_a_client_for_ever() -> None:
    """The first frame too many ends it with 1013, and from then on nothing is taken for it."""

    async def story() -> Client:
        client = _client(heartbeat="", heartbeat_seconds=1000)
        stream = stream_named("user", {}, account_id=1, scopes={"read"})
        for number in range(MOST_WAITING):
            client.offer(stream, Frame("delete", str(number)))
        assert not client.ended.is_set()
        for _ in range(2):
            client.offer(stream, Frame("delete", "0"))
        return client

    client = asyncio.run(story())
    assert client.ended.is_set() and client.code == 1013


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("public", "streaming"), [("https://x.example", "wss://x.example"), ("http://x:1", "ws://x:1")]
)
def test_the_instance_says_where_streams_are(settings: Settings, public: str, streaming: str) -> None:
    """Encrypted where the site is; in the old place and the new one."""
    settings.PUBLIC_URL = public
    assert Browser().get("/api/v1/instance").json()["urls"]["streaming_api"] == streaming
    assert Browser().get("/api/v2/instance").json()["configuration"]["urls"]["streaming"] == streaming

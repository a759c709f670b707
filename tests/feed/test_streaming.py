"""The streaming API over the running stack: who hears what, and when a connection ends."""

import json
import socket
from contextlib import closing
from typing import Any

import httpx
import pytest
from django.utils import timezone
from mastodon import Mastodon
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from common.redis import client as redis_client
from feed.jobs import stream
from feed.jobs.stream import Message, Place
from feed.models import Status
from feed.operations.restrictions import withhold_status
from feed.tasks import announce
from tests.clients.people import join
from tests.feed.streaming import Heard, hear, next_event, websocket
from tests.live import LiveStack, wait_for

pytestmark = [pytest.mark.stack]

UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def test_mastodon_py_hears_home_and_notifications(stack: LiveStack, http: httpx.Client) -> None:
    """The stream of Mastodon.py's own making: what was posted, who followed, who mentioned, what was deleted."""
    reader, author = join(http, "reader"), join(http, "author")
    reader.follow(author)
    client, heard = Mastodon(access_token=reader.token, api_base_url=stack.url), Heard()
    assert client.stream_healthy()
    handle = client.stream_user(heard, run_async=True)
    hear(stream.account_channel(reader.account_id))
    said = author.say("hello #streams", sensitive=True)
    author.follow(reader)
    mention = author.say("@reader look")
    wait_for(lambda: len(heard.named("notification")) == 2, what="both notifications")
    wait_for(lambda: len(heard.named("update")) == 2, what="both statuses")
    first = heard.named("update")[0]
    assert (str(first.id), first.account.username, first.tags[0].name) == (said, "author", "streams")
    assert [one.type for one in heard.named("notification")] == ["follow", "mention"]
    assert str(heard.named("notification")[1].status.id) == mention
    author.client.delete(f"/api/v1/statuses/{said}", headers=author.headers)
    wait_for(lambda: [str(one) for one in heard.named("delete")] == [said], what="the deletion")
    own = reader.say("mine")
    wait_for(lambda: str(heard.named("update")[-1].id) == own, what="one's own status")
    handle.close()


def test_what_is_private_or_direct_reaches_only_those_it_is_for(stack: LiveStack, http: httpx.Client) -> None:
    """Nobody is sent what they may not see, on whichever stream; a conversation leaves out who reads it."""
    author, follower, named, stranger = (join(http, name) for name in ("author", "follower", "named", "stranger"))
    follower.follow(author)
    callers = (follower, named, stranger)
    # By default a stranger's private mention is held back, as Mastodon has it.
    accepts = {"for_private_mentions": "accept"}
    http.patch("/api/v2/notifications/policy", json=accepts, headers=named.headers)
    streams = "&stream=user"
    with (
        websocket(stack, follower.token, streams) as at_follower,
        websocket(stack, named.token, streams) as at_named,
        websocket(stack, stranger.token, streams) as at_stranger,
    ):
        for connection in (at_follower, at_named, at_stranger):
            connection.send(json.dumps({"type": "subscribe", "stream": "public"}))
            connection.send(json.dumps({"type": "subscribe", "stream": "direct"}))
        hear(*(stream.account_channel(one.account_id) for one in callers), stream.public_channel())
        private = author.say("for followers #quiet", visibility="private")
        direct = author.say("@named only you", visibility="direct")
        end = author.say("the end", visibility="public")
        seen: dict[str, list[tuple[str, str, str]]] = {}
        for name, connection in (("follower", at_follower), ("named", at_named), ("stranger", at_stranger)):
            seen[name] = []
            while not seen[name] or seen[name][-1][::2] != ("public", end):
                where, event, payload = next_event(connection)
                about = payload.get("last_status") or payload.get("status") or payload
                seen[name].append((where[0], event, about["id"]))
                if event == "conversation":
                    assert [one["username"] for one in payload["accounts"]] == ["author"]
                    assert about["id"] == direct and payload["unread"] is True
    assert set(seen["follower"]) == {
        ("user", "update", private),
        ("user", "update", end),
        ("public", "update", end),
    }
    assert set(seen["named"]) == {
        ("user", "notification", direct),
        ("direct", "conversation", direct),
        ("public", "update", end),
    }
    assert seen["stranger"] == [("public", "update", end)]


def test_one_websocket_carries_many_streams(stack: LiveStack, http: httpx.Client) -> None:
    """Subscribed and unsubscribed by frames; each event says for which stream it is; what is wrong is answered."""
    reader, author = join(http, "reader"), join(http, "author")
    with websocket(stack, reader.token) as connection:

        def send(**frame: object) -> None:
            connection.send(json.dumps(frame))

        send(type="subscribe", stream="hashtag", tag="Cats")
        send(type="subscribe", stream="hashtag", tag="Cats")
        send(type="subscribe", stream="public:media")
        send(type="subscribe", stream="public:remote")
        hear(stream.tag_channel("cats"), stream.public_channel())
        tagged = author.say("one #CATS")
        assert next_event(connection)[:2] == (["hashtag", "Cats"], "update")
        send(type="subscribe", stream="public:local")
        wanted = [
            ({"stream": "nothing"}, "Unknown stream type", 400),
            ({"stream": "hashtag"}, "Missing tag name parameter", 400),
            ({"stream": "list"}, "Missing list name parameter", 400),
            ({"stream": "list", "list": "7"}, "Not authorized to stream this list", 401),
        ]
        for frame, sentence, status in wanted:
            send(type="subscribe", **frame)
            assert json.loads(connection.recv(timeout=20)) == {"error": sentence, "status": status}
        for tag in ("\ud800", "a b", "\0", "2024"):
            send(type="subscribe", stream="hashtag", tag=tag)
        for noise in ("[1]", "{", '{"type":"dance"}', "null", "[" * 4000):
            connection.send(noise)
        reply = author.say("two #cats", in_reply_to_id=tagged)
        where, _, payload = next_event(connection)
        assert (where, payload["id"]) == (["hashtag", "Cats"], reply), "a reply is in no public timeline"
        send(type="unsubscribe", stream="hashtag", tag="cats")
        send(type="subscribe", stream="nothing")
        connection.recv(timeout=20)
        third = author.say("three #cats")
        where, _, payload = next_event(connection)
        assert (where, payload["id"]) == (["public:local"], third)
        author.client.delete(f"/api/v1/statuses/{third}", headers=author.headers)
        gone = [next_event(connection) for _ in range(2)]
        assert sorted(where[0] for where, _, _ in gone) == ["public:local", "public:media"]
        assert {(event, str(payload)) for _, event, payload in gone} == {("delete", third)}


def test_edits_and_withheld_statuses(stack: LiveStack, http: httpx.Client) -> None:
    """An edited status comes again as `status.update`; one that moderation withholds is as good as deleted."""
    reader, author = join(http, "reader"), join(http, "author")
    reader.follow(author)
    said = author.say("befor")
    with websocket(stack, reader.token, "&stream=user") as connection:
        hear(stream.account_channel(reader.account_id))
        Status.objects.filter(pk=said).update(text="before", edited_at=timezone.now())
        announce.delay(int(said), "status.update")
        where, event, payload = next_event(connection)
        while event == "update":
            where, event, payload = next_event(connection)
        assert (where, event, payload["content"]) == (["user"], "status.update", "<p>before</p>")
        withhold_status(status_id=int(said), notice=None)
        assert [str(part) for part in next_event(connection)[1:]] == ["delete", said]


def test_events_of_an_account_and_of_everybody(stack: LiveStack, http: httpx.Client) -> None:
    """`filters_changed` has no payload; an announcement goes to all who listen to their own account."""
    reader = join(http, "reader")
    with websocket(stack, reader.token, "&stream=user") as connection:
        hear(stream.account_channel(reader.account_id), stream.everyone_channel())
        stream.tell_accounts([reader.account_id], Message("filters_changed", Place.ACCOUNT))
        assert next_event(connection) == (["user"], "filters_changed", None)
        notice = {"id": "1", "content": "<p>Tonight</p>"}
        message = Message("announcement", Place.ACCOUNT, payload=json.dumps(notice))
        stream.publish([(stream.everyone_channel(), message)])
        assert next_event(connection) == (["user"], "announcement", notice)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("user", "home"),
        ("public", "open"),
        ("public/local/", "open"),
        ("hashtag?tag=cats", "open #cats"),
        ("hashtag/local?tag=%23CATS", "open #cats"),
    ],
)
def test_server_sent_events(stack: LiveStack, http: httpx.Client, path: str, text: str) -> None:
    """Each address streams its events; whoever posts after the answer's head is heard."""
    reader = join(http, "reader")
    with http.stream("GET", f"/api/v1/streaming/{path}", headers=reader.headers) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        said = reader.say(text)
        lines = answer.iter_lines()
        assert next(lines).startswith(":")
        event = next(line for line in lines if line.startswith("event"))
        payload = json.loads(next(lines).removeprefix("data: "))
    assert (event, payload["id"]) == ("event: update", said)


def test_a_lost_connection_to_redis_is_made_again(stack: LiveStack, http: httpx.Client) -> None:
    """The clients stay; what is published once Redis is heard again arrives."""
    reader = join(http, "reader")
    with websocket(stack, reader.token, "&stream=user") as connection:
        channel = stream.account_channel(reader.account_id)
        hear(channel)
        for _ in range(3):
            assert redis_client().client_kill_filter(_type="pubsub")
            hear(channel)
        said = reader.say("still there?")
        assert next_event(connection)[2]["id"] == said


@pytest.mark.parametrize(
    ("path", "headers", "begins", "ends"),
    [
        ("?stream=user&access_token=", UPGRADE, b"HTTP/1.1 101", b"connect again."),
        ("/user?access_token=", "", b"HTTP/1.1 200", b"0\r\n\r\n"),
    ],
    ids=["websocket", "server_sent"],
)
def test_a_client_that_does_not_read_is_cut_off(
    stack: LiveStack, http: httpx.Client, path: str, headers: str, begins: bytes, ends: bytes
) -> None:
    """Its events are not kept for ever, over neither transport; another client of the same stream has them all."""
    reader = join(http, "reader")
    request = f"GET /api/v1/streaming{path}{reader.token} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"
    with websocket(stack, reader.token, "&stream=user", max_queue=None) as quick:
        # A socket that never reads: after the upgrade's answer the operating system's buffers fill, then the hub's.
        slow = socket.create_connection(("localhost", int(stack.url.rsplit(":", 1)[1])))
        with closing(slow):
            slow.sendall(request.encode())
            channel = stream.account_channel(reader.account_id)
            wait_for(lambda: redis_client().pubsub_numsub(channel)[0][1], what="the subscription")
            wait_for(lambda: slow.recv(12, socket.MSG_PEEK) == begins, what="the answer")
            # More than any operating system holds back for one connection.
            noise = json.dumps("x" * 8000)
            for start in range(0, 3000, 50):
                messages = [Message("noise", Place.ACCOUNT, number, noise) for number in range(start, start + 50)]
                stream.publish((channel, message) for message in messages)
                assert [next_event(quick)[1] for _ in messages] == ["noise"] * 50
            wait_for(lambda: _is_cut_off(slow, ends), what="the slow client to be cut off", seconds=60)


def _is_cut_off(connection: socket.socket, ends: bytes) -> bool:
    """Whether what is left in the buffers ends with the connection's end."""
    connection.settimeout(0.5)
    try:
        while data := connection.recv(1 << 20):
            if data.endswith(ends):
                return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_frames_and_connections_are_bounded(stack: LiveStack, http: httpx.Client) -> None:
    """A frame that is too large or binary ends the connection; streams and connections have a number at most."""
    reader = join(http, "reader")
    for frame, code in ((b"binary", 1003), (json.dumps({"type": "subscribe", "stream": "x" * 5000}), 1009)):
        with websocket(stack, reader.token) as connection:
            connection.send(frame)
            with pytest.raises(ConnectionClosed) as end:
                connection.recv(timeout=20)
            assert end.value.rcvd is not None and end.value.rcvd.code == code
    with websocket(stack, reader.token) as connection:
        for number in range(51):
            connection.send(json.dumps({"type": "subscribe", "stream": "hashtag", "tag": f"tag{number}"}))
        assert json.loads(connection.recv(timeout=20))["error"] == "A connection has at most 50 streams."
    opened: list[Any] = []
    address = f"{stack.url.replace('http', 'ws', 1)}/api/v1/streaming?access_token={reader.token}"
    try:
        with pytest.raises(InvalidStatus) as refused:
            for _ in range(40):
                opened.append(connect(address))
        assert refused.value.response.status_code == 429
        assert len(opened) <= 25
    finally:
        for connection in opened:
            connection.close()

    # Seats are given back.
    def again() -> bool:
        try:
            connect(address).close()
        except InvalidStatus:
            return False
        return True

    wait_for(again, what="a free seat")

"""The stream of a list, and what one's own stream says of filters and announcements."""

import json

import httpx
import pytest

from feed.jobs.stream import account_channel
from tests.clients.people import join
from tests.feed.streaming import hear, next_event, websocket
from tests.live import LiveStack

pytestmark = [pytest.mark.stack]


def test_the_stream_of_a_list(stack: LiveStack, http: httpx.Client) -> None:
    """What stands in the list and nothing else of home; whoever it does not belong to does not hear it."""
    owner, member, other = join(http, "owner"), join(http, "member"), join(http, "other")
    owner.follow(member)
    owner.follow(other)
    made = owner.post("/api/v1/lists", title="L", exclusive=True).json()["id"]
    assert owner.post(f"/api/v1/lists/{made}/accounts", account_ids=[str(member.account_id)]).status_code == 200
    with websocket(stack, other.token) as stranger:
        stranger.send(json.dumps({"type": "subscribe", "stream": "list", "list": made}))
        refused = json.loads(stranger.recv(timeout=20))
        assert refused == {"error": "Not authorized to stream this list", "status": 401}
    with websocket(stack, owner.token, f"&stream=list&list={made}") as listening:
        hear(account_channel(owner.account_id))
        owner.home()
        other.say("not on it")
        said = member.say("on it")
        stream, event, body = next_event(listening)
        assert (stream, event, body["id"]) == (["list", made], "update", said)
    with websocket(stack, owner.token, "&stream=user") as listening:
        hear(account_channel(owner.account_id))
        assert owner.post("/api/v1/filters", phrase="word", context=["home"]).status_code == 200
        assert next_event(listening)[:2] == (["user"], "filters_changed")

"""Who may listen, to what, and until when."""

import json

import httpx
import pytest
from allauth.idp.oidc.models import Token
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from feed.jobs import stream
from feed.jobs.stream import Message, Place
from identity.models import Account
from identity.operations.applications import issue_token
from tests.clients.people import Caller, application, application_token, join
from tests.feed.streaming import hear, next_event, websocket
from tests.live import LiveStack

pytestmark = [pytest.mark.stack]


def _with_scopes(caller: Caller, *scopes: str) -> str:
    """Another token of the same account, which may do only this."""
    token = Token.objects.by_value(caller.token).get()
    return str(issue_token(client=token.client, account_id=caller.account_id, scopes=scopes))


def test_who_is_let_in(stack: LiveStack, http: httpx.Client) -> None:
    """Without a token, with a wrong one, with an application's own, and without the scope: as Mastodon answers."""
    reader = join(http, "reader")
    client_id, secret = application(http)
    base = "/api/v1/streaming"
    assert http.get(f"{base}/health").text == http.get(f"{base}/health/").text == "OK"
    for token, sentence in (
        (None, "Missing access token"),
        ("wrong", "Invalid access token"),
        (application_token(http, client_id, secret), "Invalid access token"),
        (_with_scopes(reader, "write", "read:notifications"), "Access token does not have the required scopes"),
    ):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        refused = http.get(f"{base}/user", headers=headers)
        assert (refused.status_code, refused.json()) == (401, {"error": sentence})
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert reader.get(f"{base}/nothing").json() == {"error": "Unknown channel requested"}
    assert reader.get(f"{base}/public?{'&x=1' * 60}").status_code == 400
    assert reader.get(f"{base}/hashtag").status_code == reader.get(base).status_code == 400
    assert http.options(f"{base}/user").headers["Access-Control-Allow-Headers"].startswith("authorization")
    with pytest.raises(InvalidStatus) as refused_upgrade, websocket(stack, "wrong"):
        pass
    assert refused_upgrade.value.response.status_code == 401
    assert json.loads(refused_upgrade.value.response.body) == {"error": "Invalid access token"}
    for elsewhere in ("/api/v1/streamings", "/", "/api/v1/timelines/home"):
        with pytest.raises(InvalidStatus) as nothing, connect(f"{stack.url.replace('http', 'ws', 1)}{elsewhere}"):
            pass
        assert nothing.value.response.status_code == 404


def test_scopes_decide_what_a_stream_carries(stack: LiveStack, http: httpx.Client) -> None:
    """`read:statuses` gives home without notifications, `read:notifications` only those."""
    reader, author = join(http, "reader"), join(http, "author")
    reader.follow(author)
    statuses, notifications = _with_scopes(reader, "read:statuses"), _with_scopes(reader, "read:notifications")
    with (
        websocket(stack, statuses, "&stream=user") as home,
        websocket(stack, notifications, "&stream=user:notification") as notices,
    ):
        hear(stream.account_channel(reader.account_id))
        notices.send(json.dumps({"type": "subscribe", "stream": "user"}))
        refused = json.loads(notices.recv(timeout=20))
        assert refused == {"error": "Access token does not have the required scopes", "status": 401}
        author.say("@reader one")
        last = author.say("two")
        assert next_event(notices)[1] == "notification"
        heard = [next_event(home) for _ in range(2)]
        assert [event for _, event, _ in heard] == ["update", "update"] and heard[1][2]["id"] == last


def test_the_token_may_come_as_subprotocol_or_header(stack: LiveStack, http: httpx.Client) -> None:
    """Browsers have no header and name the token as subprotocol, which must come back to them."""
    reader = join(http, "reader")
    address = f"{stack.url.replace('http', 'ws', 1)}/api/v1/streaming/"
    with connect(f"{address}?stream=public", subprotocols=[reader.token]) as connection:  # type: ignore[list-item]  # a plain string
        assert connection.subprotocol == reader.token
    with connect(address, additional_headers=reader.headers) as connection:
        assert connection.subprotocol is None


def test_a_revoked_token_and_a_closed_account_are_cut_off(stack: LiveStack, http: httpx.Client) -> None:
    """Within the heartbeat, whatever the transport; another token of the account goes on."""
    reader, other = join(http, "reader"), join(http, "other")
    kept = _with_scopes(reader, "read")
    with (
        websocket(stack, reader.token, "&stream=user") as revoked,
        websocket(stack, other.token, "&stream=user") as closed,
        websocket(stack, kept, "&stream=user") as going_on,
        http.stream("GET", "/api/v1/streaming/user", headers=reader.headers, timeout=60) as sent,
    ):
        Token.objects.by_value(reader.token).delete()
        Account.objects.filter(pk=other.account_id).update(is_active=False)
        for connection in (revoked, closed):
            with pytest.raises(ConnectionClosed) as end:
                while True:
                    connection.recv(timeout=60)
            assert end.value.rcvd is not None and end.value.rcvd.code == 1008
        assert all(line.startswith(":") for line in sent.iter_lines())
        stream.tell_accounts([reader.account_id], Message("filters_changed", Place.ACCOUNT))
        assert next_event(going_on)[1] == "filters_changed"

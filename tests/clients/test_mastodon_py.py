"""Mastodon.py, unchanged, against the running stack."""

import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonUnauthorizedError

from tests.clients.people import PASSWORD, SCOPES, mastodon_py
from tests.live import LiveStack, wait_for

pytestmark = [pytest.mark.stack]


def test_registers_logs_in_follows_posts_and_reads_home(stack: LiveStack) -> None:
    """The issue's main story: everything that Mastodon.py does from its first call to a home timeline."""
    grace = mastodon_py(stack.url, "grace")
    eileen = mastodon_py(stack.url, "eileen")

    me = grace.account_verify_credentials()
    assert (me.username, me.source.note) == ("grace", "")
    assert grace.app_verify_credentials().name == "Mastodon.py"
    assert grace.instance_v1().urls.streaming_api.startswith("ws")
    assert grace.instance_v2().version.startswith("4.5.0")

    found = grace.account_lookup("eileen")
    assert grace.account_follow(found.id).following
    assert grace.account_relationships(found.id)[0].following
    assert [one.username for one in grace.account_following(me.id)] == ["eileen"]
    assert [one.username for one in eileen.account_followers(found.id)] == ["grace"]

    posted = eileen.status_post("Up we go, @grace! <b>#space</b>", idempotency_key="once")
    again = eileen.status_post("Up we go, @grace! <b>#space</b>", idempotency_key="once")
    assert posted.id == again.id
    assert posted.content.startswith("<p>Up we go, <span") and "&lt;b&gt;" in posted.content
    wait_for(lambda: [one.id for one in grace.timeline_home()] == [posted.id], what="the status in Grace's home")
    assert [(one.type, one.status.id) for one in grace.notifications() if one.type == "mention"] == [
        ("mention", posted.id)
    ]
    reply = grace.status_reply(posted, "Congratulations")
    assert [one.id for one in eileen.status_context(posted.id).descendants] == [reply.id]
    assert eileen.status(posted.id).replies_count == 1

    eileen.status_delete(posted.id)
    assert posted.id not in [one.id for one in grace.timeline_home()]
    assert grace.account_unfollow(found.id).following is False


def test_signs_up_through_the_api_and_may_read_but_not_write(stack: LiveStack) -> None:
    """`create_account` makes an account that reads; writing waits for personhood and says where to prove it."""
    client_id, secret = Mastodon.create_app("Mastodon.py", scopes=SCOPES, api_base_url=stack.url)
    newcomer = Mastodon(client_id=client_id, client_secret=secret, api_base_url=stack.url)
    newcomer.create_account("newcomer", PASSWORD, "newcomer@example.org", agreement=True, scopes=SCOPES)
    assert newcomer.account_verify_credentials().username == "newcomer"
    assert newcomer.timeline_home() == []
    with pytest.raises(MastodonAPIError, match="/api/humankind/v1/enrolments"):
        newcomer.status_post("hello")


def test_a_revoked_token_is_worth_nothing(stack: LiveStack) -> None:
    """Logging out ends what the token could do, and no other token of the account."""
    grace = mastodon_py(stack.url, "grace")
    token = grace.access_token
    assert grace.client_id and grace.client_secret
    answer = grace.session.post(
        f"{stack.url}/oauth/revoke",
        data={"client_id": grace.client_id, "client_secret": grace.client_secret, "token": token},
    )
    assert (answer.status_code, answer.json()) == (200, {})
    with pytest.raises(MastodonUnauthorizedError):
        grace.account_verify_credentials()

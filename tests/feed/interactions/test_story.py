"""Mastodon.py and the running stack: what one person does with a status reaches the others, and goes again."""

import httpx
import pytest
from mastodon import Mastodon

from feed.jobs import stream
from tests.clients.people import join
from tests.feed.streaming import Heard, hear
from tests.live import LiveStack, wait_for

pytestmark = [pytest.mark.stack]


def test_a_status_goes_round_and_is_taken_back(stack: LiveStack, http: httpx.Client) -> None:
    """Reblogs by fan-out and stream, gone with unreblog and with the status itself; likes and bookmarks beside them."""
    author, friend, reader = (join(http, name) for name in ("author", "friend", "reader"))
    reader.follow(friend)
    clients = {one.username: Mastodon(access_token=one.token, api_base_url=stack.url) for one in (author, friend)}
    listening = Mastodon(access_token=reader.token, api_base_url=stack.url)
    at_reader, at_author = Heard(), Heard()
    handles = [
        listening.stream_user(at_reader, run_async=True),
        clients["author"].stream_user(at_author, run_async=True),
    ]
    hear(stream.account_channel(reader.account_id), stream.account_channel(author.account_id))
    assert reader.home() == []
    said = author.say("carry #this on")
    first = clients["friend"].status_reblog(said)
    assert str(first.reblog.id) == said and first.reblog.reblogged
    clients["friend"].status_favourite(said)
    wait_for(lambda: len(at_author.named("notification")) == 2, what="both notifications")
    assert [one.type for one in at_author.named("notification")] == ["reblog", "favourite"]
    assert {str(one.status.id) for one in at_author.named("notification")} == {said}
    wait_for(lambda: len(at_reader.named("update")) == 1, what="the reblog in the stream")
    heard = at_reader.named("update")[0]
    assert (heard.id, str(heard.reblog.id), heard.account.username) == (first.id, said, "friend")
    wait_for(lambda: reader.home() == [str(first.id)], what="the reblog at home")
    clients["friend"].status_unreblog(said)
    wait_for(lambda: at_reader.named("delete") == [first.id], what="the deletion")
    assert reader.home() == []
    second = clients["friend"].status_reblog(said, visibility="unlisted")
    wait_for(lambda: len(at_reader.named("update")) == 2, what="the second reblog in the stream")
    assert [one.username for one in clients["author"].status_reblogged_by(said)] == ["friend"]
    assert [one.username for one in clients["author"].status_favourited_by(said)] == ["friend"]
    clients["friend"].status_bookmark(second.id)
    assert [str(one.id) for one in clients["friend"].bookmarks()] == [said]
    clients["author"].status_delete(said)
    wait_for(lambda: second.id in at_reader.named("delete"), what="the deletion of the reblog with its status")
    assert reader.home() == [] and clients["friend"].bookmarks() == []
    for handle in handles:
        handle.close()

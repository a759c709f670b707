"""What an author shows first, whom they show, and threads that are muted."""

from typing import Any

import pytest

from feed.models import Endorsement, Pin, Profile, Status, StatusTag, ThreadMute
from feed.operations.follows import follow, unfollow
from feed.operations.reblogs import reblog
from feed.operations.statuses import delete_status, post_status
from tests.feed.people import Caller, client_of, people

pytestmark = pytest.mark.django_db


def test_five_of_ones_own_are_pinned_and_listed_newest_pin_first() -> None:
    """The sixth is refused; what is deleted makes room; each visitor sees those that they may see."""
    author, visitor = people("author", "visitor")
    caller = client_of(author)
    statuses = [post_status(account_id=author, text=f"number {one}").pk for one in range(6)]
    hidden = post_status(account_id=author, text="for friends", visibility="private").pk
    for one in (statuses[2], statuses[0], hidden, statuses[1], statuses[3]):
        assert caller.post(f"/api/v1/statuses/{one}/pin")["pinned"] is True
    assert caller.post(f"/api/v1/statuses/{hidden}/pin")["pinned"] is True
    assert "5" in caller.post(f"/api/v1/statuses/{statuses[4]}/pin", expect=422)["error"]
    path = f"/api/v1/accounts/{author}/statuses"
    ids = [one["id"] for one in client_of(visitor).get(path, pinned="true")]
    assert ids == [str(one) for one in (statuses[3], statuses[1], statuses[0], statuses[2])]
    assert [one["id"] for one in caller.get(path, pinned="true")][2] == str(hidden)
    assert "pinned" not in client_of(visitor).get(path)[0] and "pinned" not in Caller().get(path)[0]
    delete_status(account_id=author, status_id=statuses[3])
    caller.post(f"/api/v1/statuses/{statuses[4]}/pin")
    assert caller.post(f"/api/v1/statuses/{statuses[4]}/unpin")["pinned"] is False
    assert Pin.objects.count() == 4


def test_what_cannot_be_pinned() -> None:
    """Another's, a reblog, a direct one: each with a sentence."""
    author, other = people("author", "other")
    theirs = post_status(account_id=other, text="theirs").pk
    direct = post_status(account_id=author, text="psst", visibility="direct").pk
    wrapper = reblog(account_id=author, status_id=theirs).pk
    caller = client_of(author)
    for one, word in ((theirs, "own"), (direct, "direct"), (wrapper, "reblog")):
        assert word in caller.post(f"/api/v1/statuses/{one}/pin", expect=422)["error"]


def test_every_filter_of_an_accounts_statuses() -> None:
    """Replies to oneself stay, reblogs and others' replies go where asked; a tag in any case; a muted author's reblogs hide."""
    author, other, visitor = people("author", "other", "visitor")
    first = post_status(account_id=author, text="plain").pk
    own_reply = post_status(account_id=author, text="more", in_reply_to_id=first).pk
    theirs = post_status(account_id=other, text="theirs").pk
    reply = post_status(account_id=author, text="to you", in_reply_to_id=theirs).pk
    tagged = post_status(account_id=author, text="a #Tag").pk
    StatusTag.objects.get_or_create(status_id=tagged, name="tag")
    wrapper = reblog(account_id=author, status_id=theirs).pk
    caller, path = client_of(visitor), f"/api/v1/accounts/{author}/statuses"

    def listed(**wanted: Any) -> list[int]:
        return [int(one["id"]) for one in caller.get(path, **wanted)]

    assert listed() == [wrapper, tagged, reply, own_reply, first]
    assert listed(exclude_replies="true") == [wrapper, tagged, own_reply, first]
    assert listed(exclude_reblogs="1") == [tagged, reply, own_reply, first]
    assert listed(exclude_reblogs="1", exclude_replies="1") == [tagged, own_reply, first]
    direct = post_status(account_id=author, text="@visitor", visibility="direct").pk
    assert listed()[0] == direct and listed(exclude_direct="true")[0] == wrapper
    assert listed(tagged="TAG") == listed(tagged="#tag") == [tagged]
    assert listed(tagged="none") == listed(only_media="true") == listed(pinned="true") == []
    assert "exclude_reblogs=1" in caller.links(path, exclude_reblogs="1", limit="2")["next"]
    caller.get(path, expect=422, limit="none")


def test_several_statuses_at_once() -> None:
    """In the order asked, each once, without those that are hidden."""
    author, visitor = people("author", "visitor")
    shown = [post_status(account_id=author, text=f"number {one}").pk for one in range(3)]
    hidden = post_status(account_id=author, text="x", visibility="private").pk
    asked = [str(one) for one in (shown[1], hidden, shown[0], shown[1], 12)]
    parameters: dict[str, Any] = {"id[]": asked}
    found = client_of(visitor).get("/api/v1/statuses", **parameters)
    assert [one["id"] for one in found] == [str(shown[1]), str(shown[0])]
    assert Caller().get("/api/v1/statuses") == []
    Caller().get("/api/v1/statuses", expect=422, **{"id[]": "x"})


def test_a_thread_is_muted_as_a_whole() -> None:
    """Muting any status of a thread mutes its beginning, for the one who asked alone."""
    author, other = people("author", "other")
    root = post_status(account_id=author, text="top").pk
    reply = post_status(account_id=other, text="below", in_reply_to_id=root).pk
    caller = client_of(author)
    assert caller.post(f"/api/v1/statuses/{reply}/mute")["muted"] is True
    assert caller.get(f"/api/v1/statuses/{root}")["muted"] is True
    assert client_of(other).get(f"/api/v1/statuses/{root}")["muted"] is False
    assert list(ThreadMute.objects.values_list("account_id", "status_id")) == [(author, root)]
    assert caller.post(f"/api/v1/statuses/{root}/unmute")["muted"] is False
    assert not ThreadMute.objects.exists()


def test_endorsed_are_those_whom_one_follows() -> None:
    """Shown on the profile, by both names of the call, until they are unfollowed."""
    author, friend, stranger = people("author", "friend", "stranger")
    caller = client_of(author)
    assert "follow" in caller.post(f"/api/v1/accounts/{friend}/endorse", expect=422)["error"]
    for one in (friend, stranger):
        follow(source_id=author, target_id=one)
    caller.post(f"/api/v1/accounts/{friend}/endorse")
    caller.post(f"/api/v1/accounts/{stranger}/pin")
    assert [one["id"] for one in caller.get("/api/v1/endorsements")] == [str(stranger), str(friend)]
    path = f"/api/v1/accounts/{author}/endorsements"
    assert [one["id"] for one in Caller().get(path, limit=1)] == [str(stranger)]
    assert [one["id"] for one in Caller().get(Caller().links(path, limit=1)["next"])] == [str(friend)]
    Profile.objects.filter(pk=friend).update(restriction="suspended")
    assert [one["id"] for one in Caller().get(path)] == [str(stranger)]
    caller.post(f"/api/v1/accounts/{stranger}/unpin")
    unfollow(source_id=author, target_id=friend)
    assert not Endorsement.objects.exists()
    caller.post("/api/v1/accounts/1/endorse", expect=404)
    assert Status.objects.count() == 0

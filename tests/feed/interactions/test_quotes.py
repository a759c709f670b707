"""Quotes: who may, what is shown of them, and what the quoted author decides."""

import pytest

from common.problems import NotAllowed, NotFound
from feed.models import Status
from feed.operations.follows import follow
from feed.operations.reblogs import reblog
from feed.operations.statuses import delete_status, post_status
from feed.queries.quotes import quotable
from tests.feed.people import Caller, client_of, people

pytestmark = pytest.mark.django_db


def quote(account_id: int, quoted_id: int, text: str = "look") -> Status:
    """Post a status that quotes another."""
    return post_status(account_id=account_id, text=text, visibility="public", quoted_status_id=quoted_id)


def test_a_quote_is_shown_counted_and_told() -> None:
    """The quoted status stands inside, one level deep; its author hears of it and finds all quotes."""
    author, friend, third = people("author", "friend", "third")
    first = post_status(account_id=author, text="first").pk
    second = quote(friend, first).pk
    wrapper = reblog(account_id=author, status_id=second).pk
    last = quote(third, wrapper).pk
    shown = Caller().get(f"/api/v1/statuses/{last}")["quote"]
    assert shown["state"] == "accepted" and shown["quoted_status"]["id"] == str(second)
    assert shown["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": str(first)}
    assert [one["id"] for one in Caller().get(f"/api/v1/statuses/{first}/quotes")] == [str(second)]
    caller = client_of(author)
    assert caller.get(f"/api/v1/statuses/{first}")["quotes_count"] == 1
    told = caller.get("/api/v1/notifications")
    assert [(one["type"], one["status"]["id"]) for one in told] == [("quote", str(second))]


def test_the_policy_says_who_may() -> None:
    """Everybody, followers, or nobody; a private status only its author; changed by its author alone."""
    author, friend, stranger = people("author", "friend", "stranger")
    follow(source_id=friend, target_id=author)
    status = post_status(account_id=author, text="mine").pk
    private = post_status(account_id=author, text="for friends", visibility="private").pk
    caller = client_of(author)
    allowed = {"public": {author, friend, stranger}, "followers": {author, friend}, "nobody": {author}}
    for policy, who in allowed.items():
        shown = caller.send("PUT", f"/api/v1/statuses/{status}/interaction_policy", quote_approval_policy=policy)
        assert shown["id"] == str(status)
        approval = Caller().get(f"/api/v1/statuses/{status}")["quote_approval"]
        automatic = [] if policy == "nobody" else [policy]
        assert approval == {"automatic": automatic, "manual": [], "current_user": "unknown"}
        for one in (author, friend, stranger):
            seen = client_of(one).get(f"/api/v1/statuses/{status}")["quote_approval"]["current_user"]
            assert seen == ("automatic" if one in who else "denied")
            if one in who:
                assert quotable(status_id=status, viewer_id=one).pk == status
            else:
                with pytest.raises(NotFound):
                    quotable(status_id=status, viewer_id=one)
    with pytest.raises(NotFound):
        quotable(status_id=private, viewer_id=friend)
    assert quotable(status_id=private, viewer_id=author).pk == private
    path = f"/api/v1/statuses/{status}/interaction_policy"
    assert "nobody" in caller.send("PUT", path, expect=422, quote_approval_policy="friends")["error"]
    client_of(friend).send("PUT", path, expect=403, quote_approval_policy="public")


def test_a_revoked_quote_and_one_of_what_is_gone_show_nothing() -> None:
    """The text around it stays; numbers and notices follow; only the quoted author may."""
    author, friend = people("author", "friend")
    status = post_status(account_id=author, text="mine").pk
    one, other = quote(friend, status).pk, quote(friend, status).pk
    caller = client_of(author)
    client_of(friend).post(f"/api/v1/statuses/{status}/quotes/{one}/revoke", expect=403)
    caller.post(f"/api/v1/statuses/{other}/quotes/{one}/revoke", expect=404)
    for _ in range(2):
        shown = caller.post(f"/api/v1/statuses/{status}/quotes/{one}/revoke")
        assert shown["quote"] == {"state": "revoked", "quoted_status": None}
    assert caller.get(f"/api/v1/statuses/{status}")["quotes_count"] == 1
    assert [found["id"] for found in caller.get(f"/api/v1/statuses/{status}/quotes")] == [str(other)]
    assert [told["status"]["id"] for told in caller.get("/api/v1/notifications")] == [str(other)]
    third = quote(friend, status).pk
    delete_status(account_id=friend, status_id=third)
    assert caller.get(f"/api/v1/statuses/{status}")["quotes_count"] == 1
    delete_status(account_id=author, status_id=status)
    assert Caller().get(f"/api/v1/statuses/{other}")["quote"] == {"state": "deleted", "quoted_status": None}


def test_a_private_status_is_quoted_no_further_than_it_goes_itself() -> None:
    """By its author alone, and for followers; should it be shown to others all the same, what is quoted is not."""
    author, friend = people("author", "friend")
    follow(source_id=friend, target_id=author)
    private = post_status(account_id=author, text="for friends", visibility="private").pk
    status = quote(author, private)
    assert status.visibility == "private"
    Status.objects.filter(pk=status.pk).update(visibility="public")
    assert client_of(friend).get(f"/api/v1/statuses/{status.pk}")["quote"]["state"] == "accepted"
    assert Caller().get(f"/api/v1/statuses/{status.pk}")["quote"] == {"state": "unauthorized", "quoted_status": None}


def test_clients_quote_and_say_who_may() -> None:
    """`quoted_status_id` and `quote_approval_policy` in the posting itself; those who quoted hear of an edit."""
    author, friend = people("author", "friend")
    first = client_of(author).post("/api/v1/statuses", status="mine", quote_approval_policy="nobody")
    assert first["quote_approval"] == {"automatic": [], "manual": [], "current_user": "automatic"}
    refused = {"status": "look", "quoted_status_id": first["id"]}
    client_of(friend).post("/api/v1/statuses", expect=404, **refused)
    client_of(friend).post("/api/v1/statuses", expect=422, status="x", quote_approval_policy="everybody")
    second = client_of(author).post("/api/v1/statuses", status="mine")
    posted = client_of(friend).post("/api/v1/statuses", status="look", quoted_status_id=second["id"])
    assert posted["quote"]["quoted_status"]["id"] == second["id"]
    client_of(author).send("PUT", f"/api/v1/statuses/{second['id']}", status="mine, but better")
    told = client_of(friend).get("/api/v1/notifications")
    assert [(one["type"], one["status"]["id"]) for one in told] == [("quoted_update", second["id"])]


def test_whom_one_blocks_or_mutes_is_marked_in_quotes_and_not_acted_on() -> None:
    """Mastodon's states, for clients to hide what is quoted; nothing of a blocked author is liked, reblogged or quoted."""
    author, friend, reader = people("author", "friend", "reader")
    status = post_status(account_id=author, text="mine").pk
    quoting = quote(friend, status).pk
    caller = client_of(reader)
    for act, state in (("mute", "muted_account"), ("block", "blocked_account")):
        caller.post(f"/api/v1/accounts/{author}/{act}")
        shown = caller.get(f"/api/v1/statuses/{quoting}")["quote"]
        assert (shown["state"], shown["quoted_status"]["id"]) == (state, str(status))
    for act in ("favourite", "reblog"):
        assert caller.post(f"/api/v1/statuses/{status}/{act}", expect=403) == {"error": "This action is not allowed"}
    with pytest.raises(NotAllowed):
        quotable(status_id=status, viewer_id=reader)
    client_of(author).post(f"/api/v1/statuses/{quoting}/favourite")
    assert caller.get(f"/api/v1/statuses/{quoting}/favourited_by") == []
    client_of(reader).post(f"/api/v1/accounts/{author}/unblock")
    client_of(author).post(f"/api/v1/accounts/{reader}/block")
    assert caller.get(f"/api/v1/statuses/{quoting}")["quote"] == {"state": "unauthorized", "quoted_status": None}
    caller.post(f"/api/v1/statuses/{status}/favourite", expect=404)

"""Favourites and bookmarks, as clients see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from common.models import Event
from feed.models import Bookmark, Favourite, Notice, Status
from feed.operations.accounts import register
from feed.operations.favourites import favourite
from feed.operations.reblogs import reblog
from feed.operations.restrictions import restore_status, withhold_status
from feed.operations.statuses import delete_status, post_status
from tests.feed.people import PASSWORD, client_of, people

pytestmark = pytest.mark.django_db


def test_a_favourite_is_counted_once_told_once_and_taken_back() -> None:
    """Twice is once, for the number, the notice and the event; taken back, none of them is left but the events."""
    author, reader = people("author", "reader")
    status = post_status(account_id=author, text="hello").pk
    caller = client_of(reader)
    for _ in range(2):
        shown = caller.post(f"/api/v1/statuses/{status}/favourite")
        assert (shown["favourited"], shown["favourites_count"]) == (True, 1)
    told = client_of(author).get("/api/v1/notifications")
    assert [(one["type"], one["account"]["id"], one["status"]["id"]) for one in told] == [
        ("favourite", str(reader), str(status))
    ]
    assert client_of(author).get(f"/api/v1/statuses/{status}")["favourited"] is False
    for _ in range(2):
        shown = caller.post(f"/api/v1/statuses/{status}/unfavourite")
        assert (shown["favourited"], shown["favourites_count"]) == (False, 0)
    assert client_of(author).get("/api/v1/notifications") == []
    kinds = Event.objects.filter(kind__startswith="favourite.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["favourite.created", "favourite.removed"]


def test_who_may_not() -> None:
    """Without personhood nothing is liked, but bookmarked; what one may not see does not exist; one's own tells nobody."""
    (author,) = people("author")
    newcomer = client_of(register(username="newcomer", email="", password=PASSWORD).pk)
    open_one = post_status(account_id=author, text="open").pk
    hidden = post_status(account_id=author, text="hidden", visibility="private").pk
    for act in ("favourite", "reblog"):
        assert "enrol" in newcomer.post(f"/api/v1/statuses/{open_one}/{act}", expect=403)["error"]
    assert newcomer.post(f"/api/v1/statuses/{open_one}/bookmark")["bookmarked"] is True
    for act in ("bookmark", "mute"):
        assert newcomer.post(f"/api/v1/statuses/{hidden}/{act}", expect=404) == {"error": "Record not found"}
    client_of(author).post(f"/api/v1/statuses/{open_one}/favourite")
    assert not Notice.objects.exists()
    read_only = client_of(author, scopes=["read"])
    assert "scopes" in read_only.post(f"/api/v1/statuses/{open_one}/favourite", expect=403)["error"]
    for bad in ("99999999999999999999", "1"):
        assert client_of(author).post(f"/api/v1/statuses/{bad}/favourite", expect=404) == {"error": "Record not found"}


def test_lists_are_paged_by_the_favourite_and_leave_out_what_is_gone() -> None:
    """An old status liked last comes first, and the pages of the `Link` header cover everything once."""
    author, reader = people("author", "reader")
    statuses = [post_status(account_id=author, text=f"number {one}").pk for one in range(5)]
    caller = client_of(reader)
    for path, act in (("/api/v1/favourites", "favourite"), ("/api/v1/bookmarks", "bookmark")):
        for one in reversed(statuses):
            caller.post(f"/api/v1/statuses/{one}/{act}")
        first = caller.get(path, limit=2)
        assert [one["id"] for one in first] == [str(one) for one in statuses[:2]]
        seen, following = [], caller.links(path, limit=2)["next"]
        while rest := caller.get(following):
            seen += [one["id"] for one in rest]
            following = caller.links(following)["next"]
        assert seen == [str(one) for one in statuses[2:]]
    delete_status(account_id=author, status_id=statuses[0])
    withhold_status(status_id=statuses[1], notice=None)
    for path in ("/api/v1/favourites", "/api/v1/bookmarks"):
        assert [one["id"] for one in caller.get(path)] == [str(one) for one in statuses[2:]]
    restore_status(status_id=statuses[1])
    assert [one["id"] for one in caller.get("/api/v1/favourites", limit=1)] == [str(statuses[1])]
    # What can no longer be seen can still be let go.
    delete_status(account_id=author, status_id=statuses[2])
    caller.post(f"/api/v1/statuses/{statuses[2]}/unfavourite", expect=404)
    caller.post(f"/api/v1/statuses/{statuses[2]}/unbookmark", expect=404)
    assert not Favourite.objects.filter(status_id=statuses[2]).exists()
    assert not Bookmark.objects.filter(status_id=statuses[2]).exists()


def test_who_likes_it() -> None:
    """Newest first, with pages by the favourite; only to those who may see the status."""
    author, *readers = people("author", "first", "second", "third")
    status = post_status(account_id=author, text="popular").pk
    for reader in readers:
        client_of(reader).post(f"/api/v1/statuses/{status}/favourite")
    caller = client_of(author)
    path = f"/api/v1/statuses/{status}/favourited_by"
    assert [one["id"] for one in caller.get(path, limit=2)] == [str(one) for one in reversed(readers[1:])]
    following = caller.links(path, limit=2)["next"]
    assert [one["id"] for one in caller.get(following)] == [str(readers[0])]
    Status.objects.filter(pk=status).update(visibility="private")
    client_of(readers[0]).get(path, expect=404)


def test_a_withheld_reply_is_counted_no_more_until_it_is_restored() -> None:
    """Whatever the order of withholding and deleting, an open reply counts once, and a private one never."""
    author, other = people("author", "other")
    root = post_status(account_id=author, text="top").pk
    replies = [post_status(account_id=other, text="below", in_reply_to_id=root).pk for _ in range(2)]
    post_status(account_id=author, text="below", in_reply_to_id=root, visibility="private")

    def counted() -> int:
        return Status.objects.get(pk=root).replies_count

    assert counted() == 2
    withhold_status(status_id=replies[0], notice=None)
    assert counted() == 1
    restore_status(status_id=replies[0])
    assert counted() == 2
    withhold_status(status_id=replies[1], notice=None)
    delete_status(account_id=other, status_id=replies[1])
    delete_status(account_id=other, status_id=replies[0])
    assert counted() == 0


def test_a_page_costs_the_same_however_long_it_is(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Reblogs, quotes and plain statuses: no row asks the database for something of its own."""
    author, friend, reader = people("author", "friend", "reader")
    caller = client_of(reader)

    def more(number: int) -> None:
        for one in range(number):
            plain = post_status(account_id=author, text=f"number {one}").pk
            quoting = post_status(account_id=friend, text="look", quoted_status_id=plain).pk
            outer = post_status(account_id=author, text="look again", quoted_status_id=quoting).pk
            reblog(account_id=friend, status_id=outer)
            for status_id in (plain, quoting, outer):
                favourite(account_id=reader, status_id=status_id)

    paths = ("/api/v1/favourites", f"/api/v1/accounts/{friend}/statuses", f"/api/v1/accounts/{author}/statuses")
    more(2)
    costs = []
    for path in paths:
        caller.get(path)
        with CaptureQueriesContext(connection) as caught:
            caller.get(path, limit=40)
        costs.append(len(caught))
    more(5)
    for path, cost in zip(paths, costs, strict=True):
        with django_assert_num_queries(cost):
            assert len(caller.get(path, limit=40)) > 13

"""What is left of the interactions of a closed account: numbers that are right, and an archive that holds them."""

import pytest
from django.utils import timezone

from feed.jobs.erase_closed import erase_closed_account
from feed.models import Bookmark, Endorsement, Favourite, Pin, Profile, Status, ThreadMute
from feed.operations.bookmarks import bookmark
from feed.operations.endorsements import endorse
from feed.operations.favourites import favourite
from feed.operations.follows import follow
from feed.operations.pins import pin
from feed.operations.reblogs import reblog
from feed.operations.statuses import post_status
from feed.operations.thread_mutes import mute_thread
from feed.queries.archive import feed_parts
from identity.models import Account
from tests.feed.interactions.test_quotes import quote
from tests.feed.people import Caller, people

pytestmark = pytest.mark.django_db


def test_an_erased_account_is_counted_nowhere() -> None:
    """Its favourites, reblogs, quotes and replies are taken back; who reblogged it has that counted no more."""
    leaver, other = people("leaver", "other")
    theirs = post_status(account_id=other, text="theirs").pk
    mine = post_status(account_id=leaver, text="mine").pk
    favourite(account_id=leaver, status_id=theirs)
    favourite(account_id=other, status_id=theirs)
    reblog(account_id=leaver, status_id=theirs)
    quote(leaver, theirs)
    for text in ("one", "two"):
        post_status(account_id=leaver, text=text, in_reply_to_id=theirs)
    post_status(account_id=leaver, text="private", in_reply_to_id=theirs, visibility="private")
    reblog(account_id=other, status_id=mine)
    quoting = quote(other, mine).pk
    follow(source_id=other, target_id=leaver)
    endorse(source_id=other, target_id=leaver)
    for act in (bookmark, mute_thread, favourite):
        act(account_id=other, status_id=mine)
    pin(account_id=leaver, status_id=mine)
    before = Status.objects.get(pk=theirs)
    numbers = (before.favourites_count, before.reblogs_count, before.quotes_count, before.replies_count)
    assert numbers == (2, 1, 1, 2) and Profile.objects.get(pk=other).statuses_count == 3
    Account.objects.filter(pk=leaver).update(closed_at=timezone.now(), is_active=False)
    for _ in range(2):
        erase_closed_account(leaver)
    after = Status.objects.get(pk=theirs)
    numbers = (after.favourites_count, after.reblogs_count, after.quotes_count, after.replies_count)
    assert numbers == (1, 0, 0, 0) and Profile.objects.get(pk=other).statuses_count == 2
    assert Caller().get(f"/api/v1/statuses/{quoting}")["quote"] == {"state": "deleted", "quoted_status": None}
    assert Favourite.objects.count() == 1
    assert not any(model.objects.exists() for model in (Bookmark, Pin, ThreadMute, Endorsement))
    assert set(Status.objects.values_list("account_id", flat=True)) == {other}


def test_the_archive_holds_what_one_did() -> None:
    """Reblogs apart from what was written, likes and bookmarks by the status's id, nothing of what others wrote."""
    me, other = people("me", "other")
    theirs = post_status(account_id=other, text="their words").pk
    mine = post_status(account_id=me, text="my words").pk
    follow(source_id=me, target_id=other)
    endorse(source_id=me, target_id=other)
    made = reblog(account_id=me, status_id=theirs).pk
    for act in (favourite, bookmark, mute_thread):
        act(account_id=me, status_id=theirs)
    pin(account_id=me, status_id=mine)
    parts = {part.name: list(part.records) for part in feed_parts(me)}
    assert [one["id"] for one in parts["statuses"]] == [str(mine)]
    assert [(one["id"], one["reblog_of_id"]) for one in parts["reblogs"]] == [(str(made), str(theirs))]
    for name in ("favourites", "bookmarks", "muted_threads"):
        assert [one["status_id"] for one in parts[name]] == [str(theirs)]
    assert [one["status_id"] for one in parts["pins"]] == [str(mine)]
    assert [one["username"] for one in parts["endorsements"]] == ["other"]
    assert "their words" not in str(parts)

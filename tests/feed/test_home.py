"""The home timeline: by fan-out into Redis, and without losing anything when Redis does."""

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from common.pagination import Page
from common.redis import client as redis_client
from feed.jobs.fan_out import fan_out
from feed.models import Profile, Status
from feed.operations.accounts import register
from feed.operations.follows import follow
from feed.operations.statuses import post_status
from feed.queries import home_store
from feed.queries.home_timeline import home_timeline
from feed.queries.rendering.statuses import statuses_json
from identity.operations.admission import admit_simulated
from tests.clients.people import Caller, join
from tests.live import wait_for


def _delivered(reader: Caller, ids: list[str]) -> None:
    wait_for(lambda: reader.home(limit=40) == ids, what="the home timeline to hold what was posted")


def _in_redis(account_id: int) -> list[int]:
    kept = home_store.read(account_id, limit=1000, newer_than=None, older_than=None, oldest_first=False)
    return kept[0] if kept else []


@pytest.mark.stack
def test_a_flushed_redis_loses_nothing(http: httpx.Client) -> None:
    """The same request that finds no timeline rebuilds it from PostgreSQL."""
    author, reader = join(http, "author"), join(http, "reader")
    reader.follow(author)
    reader.home()
    ids = [author.say(f"number {number}") for number in range(5)][::-1]
    _delivered(reader, ids)
    wait_for(lambda: len(_in_redis(reader.account_id)) == 5, what="the fan-out")
    redis_client().flushdb()
    assert reader.home() == ids
    assert [str(one) for one in _in_redis(reader.account_id)] == ids


@pytest.mark.stack
def test_pages_by_link_headers_reach_every_status_once(http: httpx.Client) -> None:
    """Following `next` to its end gives all, newest first, none twice; `min_id` comes back from there."""
    author = join(http, "author")
    ids = [author.say(f"number {number}") for number in range(9)][::-1]
    _delivered(author, ids)
    seen: list[str] = []
    answer = author.get("/api/v1/timelines/home", limit=4)
    while answer.json():
        seen += [one["id"] for one in answer.json()]
        answer = author.get(answer.links["next"]["url"])
    assert seen == ids
    assert author.home(min_id=ids[-1], limit=2) == ids[-3:-1]
    assert author.home(since_id=ids[-1], limit=2) == ids[:2]
    public = http.get("/api/v1/timelines/public", params={"limit": 4})
    older = http.get(public.links["next"]["url"])
    assert [one["id"] for one in public.json() + older.json()] == ids[:8]


@pytest.mark.stack
def test_unfollowing_and_deleting_take_effect_at_once(http: httpx.Client) -> None:
    """No later job is waited for; following again brings back what there is."""
    author, reader = join(http, "author"), join(http, "reader")
    reader.follow(author)
    kept, gone = author.say("kept"), author.say("gone")
    _delivered(reader, [gone, kept])
    http.delete(f"/api/v1/statuses/{gone}", headers=author.headers)
    assert reader.home() == [kept]
    reader.post(f"/api/v1/accounts/{author.account_id}/unfollow")
    assert reader.home() == []
    reader.follow(author)
    assert reader.home() == [kept]
    assert [Profile.objects.get(pk=one.account_id).followers_count for one in (author, reader)] == [1, 0]


@pytest.mark.stack
def test_a_locked_account_lets_in_whom_it_accepts(http: httpx.Client) -> None:
    """Until then a request gives no sight of anything, and shows as requested."""
    author, reader = join(http, "author"), join(http, "reader")
    http.patch("/api/v1/accounts/update_credentials", json={"locked": True}, headers=author.headers)
    said = author.say("among us", visibility="private")
    asked = reader.post(f"/api/v1/accounts/{author.account_id}/follow").json()
    assert (asked["following"], asked["requested"], reader.home()) == (False, True, [])
    assert [one["type"] for one in author.get("/api/v1/notifications").json()] == ["follow_request"]
    author.post(f"/api/v1/follow_requests/{reader.account_id}/authorize")
    assert reader.home() == [said]


@pytest.mark.stack
def test_replies_to_strangers_stay_out_of_home(http: httpx.Client) -> None:
    """A conversation is shown to those who follow both sides, by fan-out and by rebuilding alike."""
    author, other, reader = join(http, "author"), join(http, "other"), join(http, "reader")
    reader.follow(author)
    reader.home()
    top = other.say("top")
    author.say("reply", in_reply_to_id=top)
    last = author.say("to all")
    _delivered(reader, [last])
    redis_client().flushdb()
    assert reader.home() == [last]


@pytest.mark.django_db(transaction=True)
def test_authors_with_very_many_followers_are_merged_when_read(settings: Settings) -> None:
    """Their statuses are written into no timeline, and stand in the page in their place."""
    world = _World()
    world.follow(3)
    settings.FOLLOWERS_FANNED_OUT_TO = 2
    home_timeline(account_id=world.readers[0], page=Page(limit=5))
    first = _unannounced(world.author, "one")
    own = _unannounced(world.readers[0], "between")
    second = _unannounced(world.author, "two")
    for status in (first, own, second):
        fan_out(status.pk)
    assert _in_redis(world.readers[0]) == [own.pk]
    shown = home_timeline(account_id=world.readers[0], page=Page(limit=5))
    assert [one.pk for one in shown] == [second.pk, own.pk, first.pk]


@pytest.mark.django_db(transaction=True)
def test_a_timeline_is_capped_and_what_lies_beyond_is_still_read(settings: Settings) -> None:
    """Redis holds the newest; paging on goes over into PostgreSQL without a gap."""
    settings.HOME_TIMELINE_LENGTH = 5
    world = _World()
    world.follow(1)
    reader = world.readers[0]
    home_timeline(account_id=reader, page=Page(limit=5))
    ids = [_unannounced(world.author, f"number {number}").pk for number in range(12)][::-1]
    for status_id in reversed(ids):
        fan_out(status_id)
    assert len(_in_redis(reader)) <= 6
    seen: list[int] = []
    while page := home_timeline(account_id=reader, page=Page(limit=4, max_id=seen[-1] if seen else None)):
        seen += [one.pk for one in page]
    assert seen == ids


@pytest.mark.django_db(transaction=True)
def test_fanning_out_twice_changes_nothing() -> None:
    """A job that runs twice, or a nudge and the sweep at once, puts a status into each timeline once."""
    world = _World()
    world.follow(3)
    for reader in world.readers:
        home_timeline(account_id=reader, page=Page(limit=5))
    status = post_status(account_id=world.author, text="once")
    for _ in range(2):
        Status.objects.filter(pk=status.pk).update(fanned_out_at=None)
        fan_out(status.pk)
    assert [_in_redis(reader) for reader in world.readers] == [[status.pk]] * 3


@pytest.mark.django_db(transaction=True)
def test_a_page_of_forty_asks_the_database_no_more_than_one_of_twenty() -> None:
    """A query for each status would grow with the page."""
    world = _World()
    world.follow(1)
    for number in range(45):
        post_status(account_id=world.author, text=f"@reader_0 number {number} #tag")
    counts = []
    # What is looked up once and kept, such as a reader's filters, is not counted.
    statuses_json(home_timeline(account_id=world.readers[0], page=Page(limit=1)), viewer_id=world.readers[0])
    for limit in (20, 40):
        with CaptureQueriesContext(connection) as queries:
            page = statuses_json(
                home_timeline(account_id=world.readers[0], page=Page(limit=limit)), viewer_id=world.readers[0]
            )
        assert len(page) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def _unannounced(account_id: int, text: str) -> Status:
    """A status row of which no worker has heard: one with other settings than this test's may be listening."""
    return Status.objects.create(account_id=account_id, text=text)


class _World:
    """One author and readers, admitted, without HTTP."""

    def __init__(self) -> None:
        redis_client().flushdb()
        accounts = [
            register(username=name, email="", password="correct horse battery staple")
            for name in ("author", "reader_0", "reader_1", "reader_2")
        ]
        for account in accounts:
            admit_simulated(account_id=account.pk, operator="test")
        self.author = accounts[0].pk
        self.readers = [account.pk for account in accounts[1:]]

    def follow(self, number: int) -> None:
        """So many readers follow the author."""
        for reader in self.readers[:number]:
            follow(source_id=reader, target_id=self.author)

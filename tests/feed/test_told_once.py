"""Whoever listens is told each thing once, by however many ways it concerns them, and whoever comes late."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from common.redis import client as redis_client
from feed.jobs import stream
from feed.jobs.alone import alone
from feed.jobs.announce import DELETE, EDIT, announce
from feed.jobs.fan_out import FAN_OUT, fan_out, sweep_fan_out
from feed.models import Status, TagFollow
from feed.queries.home_timeline import note_reading
from tests.feed.inhabitants import follows, person, says

pytestmark = pytest.mark.django_db(transaction=True)


def _told(account_ids: list[int], act: Callable[[], Any]) -> dict[int, list[str]]:
    """The events in the home of each account, while `act` runs."""
    channels = {stream.account_channel(one).encode(): one for one in account_ids}
    told: dict[int, list[str]] = {one: [] for one in account_ids}
    redis: Any = redis_client()
    with redis.pubsub() as listener:
        listener.subscribe(*channels)
        for _ in channels:
            assert listener.get_message(timeout=5)
        act()
        while message := listener.get_message(timeout=0.5):
            said = json.loads(message["data"])
            if said["place"] == "home":
                told[channels[message["channel"]]].append(said["event"])
    return told


@pytest.mark.parametrize("followed_by_very_many", [False, True])
def test_a_follower_who_is_mentioned_and_follows_the_tag_hears_once(followed_by_very_many: bool, settings: Any) -> None:
    """Posted, edited and deleted; so does the author, who follows the tag as well."""
    author, reader, stranger = person("author"), person("reader"), person("stranger")
    follows(reader, author)
    for one in (author, reader, stranger):
        TagFollow.objects.create(account_id=one, name="cats")
    note_reading([author, reader, stranger])
    settings.FOLLOWERS_FANNED_OUT_TO = 0 if followed_by_very_many else 100
    status = says(author, "@reader @stranger #cats")
    everybody = [author, reader, stranger]
    for event, act in (
        ("update", lambda: fan_out(status.pk)),
        (EDIT, lambda: announce(status.pk, EDIT)),
        (DELETE, lambda: announce(status.pk, DELETE)),
    ):
        assert _told(everybody, act) == {one: [event] for one in everybody}


def test_a_nudge_that_comes_while_another_worker_is_at_it_does_nothing() -> None:
    """Neither does the sweep; when the other was killed, its connection's lock is gone, and the sweep does it all."""
    author = person("author")
    status = says(author, "hello")
    held, done = threading.Event(), threading.Event()

    def be_at_it() -> None:
        with alone(FAN_OUT, status.pk) as mine:
            assert mine
            held.set()
            done.wait(30)
        connection.close()

    other = threading.Thread(target=be_at_it)
    other.start()
    assert held.wait(30)
    assert _told([author], lambda: fan_out(status.pk)) == {author: []}
    assert not Status.objects.filter(fanned_out_at__isnull=False).exists()
    done.set()
    other.join()

    def three_at_it() -> None:
        fan_out(status.pk)
        fan_out(status.pk)
        sweep_fan_out()

    assert _told([author], three_at_it) == {author: ["update"]}

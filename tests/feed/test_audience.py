"""Who may see a status, asked for many at once: the same as asked for one."""

import itertools

import pytest
from pytest_django.fixtures import Settings

from common.pagination import Page
from common.redis import client
from feed.jobs import stream
from feed.jobs.announce import announce_to_followers_listening
from feed.models import Follow, Notice, Profile, Status
from feed.operations.accounts import register
from feed.operations.follows import follow
from feed.operations.statuses import delete_status, post_status
from feed.queries.audience import who_may_see, whose_home_has
from feed.queries.notices import notices_by_id, notices_of
from feed.queries.visibility import in_home_of, reply_belongs_in_home_of, visible_to
from identity.operations.admission import admit_simulated

pytestmark = pytest.mark.django_db(transaction=True)


def _people(*names: str) -> dict[str, int]:
    made = {name: register(username=name, email="", password="correct horse battery staple").pk for name in names}
    for account_id in made.values():
        admit_simulated(account_id=account_id, operator="test")
    return made


def test_many_viewers_at_once_see_what_each_of_them_sees() -> None:
    """The streams ask for all listeners in one query, and must never tell more than the timelines show."""
    people = _people("author", "follower", "friend", "named", "stranger")
    ids = list(people.values())
    for source, target in (("follower", "author"), ("friend", "author"), ("friend", "named"), ("author", "named")):
        follow(source_id=people[source], target_id=people[target])
    Follow.objects.create(source_id=people["stranger"], target_id=people["author"], pending=True)
    top = post_status(account_id=people["named"], text="top").pk
    statuses = [top]
    for visibility, reply in itertools.product(Status.Visibility.values, (None, top)):
        statuses.append(
            post_status(account_id=people["author"], text="for @named", visibility=visibility, in_reply_to_id=reply).pk
        )
    statuses.append(delete_status(account_id=people["author"], status_id=statuses[1]).pk)
    Status.objects.filter(pk=statuses[2]).update(withheld_at="2026-01-01T00:00:00Z")
    for restriction in ("", "limited", "suspended"):
        Profile.objects.filter(pk=people["author"]).update(restriction=restriction)
        for pk in statuses:
            rows = Status.objects.filter(pk=pk)
            one_by_one = {one for one in ids if rows.filter(visible_to(one)).exists()}
            at_home = {one for one in ids if rows.filter(in_home_of(one), reply_belongs_in_home_of(one)).exists()}
            assert who_may_see(pk, ids) == one_by_one
            assert whose_home_has(pk, ids) == at_home
        told = {one.pk for account_id in ids for one in notices_of(account_id=account_id, page=Page(limit=40))}
        assert {one.pk for one in notices_by_id(list(Notice.objects.values_list("pk", flat=True)))} == told


def test_authors_with_very_many_followers_reach_those_who_listen(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Nobody walks through all their followers: those who listen are asked for, and of them those who follow."""
    people = _people("author", "follower", "stranger")
    follow(source_id=people["follower"], target_id=people["author"])
    Profile.objects.update(last_active_at="2999-01-01T00:00:00Z")
    status = post_status(account_id=people["author"], text="to a million")
    monkeypatch.setattr(stream, "all_listening", lambda: list(people.values()))
    heard = client().pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis publishes it without types
    channels = {stream.account_channel(one): one for one in people.values()}
    heard.subscribe(*channels)
    announce_to_followers_listening(status, "update")
    messages = [message for _ in range(8) if (message := heard.get_message(timeout=0.5))]
    heard.close()
    assert [channels[message["channel"].decode()] for message in messages] == [people["follower"]]

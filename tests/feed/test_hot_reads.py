"""The hot reads answer exactly as Django does, by the same rules, and leave the rest to it."""

from typing import Any

import pytest
import redis
from allauth.idp.oidc.models import Token
from django.utils import timezone

from config.asgi import django
from feed.api.hot.application import with_hot_reads
from feed.jobs.fan_out import fan_out
from feed.models import Block, Favourite, Filter, Follow, Mute, Poll, PollVote, Profile, Status
from feed.operations.restrictions import restrict_account, withhold_status
from feed.operations.statuses import delete_status
from feed.queries.hot import checking, kept
from tests.feed.hot import HOME, closing, hear, token_of
from tests.feed.inhabitants import follows, person, says

__all__ = ["closing"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closing")]


async def _not_here(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 599, "headers": []})
    await send({"type": "http.response.body", "body": b"left to Django"})


hot = with_hot_reads(_not_here)


class World:
    """A reader of all kinds of statuses."""

    def __init__(self) -> None:
        self.reader, self.author, self.other = person("reader"), person("author"), person("other")
        follows(self.reader, self.author)
        token = token_of(self.reader)
        self.headers = (("authorization", f"Bearer {token}"), ("accept", "*/*"))
        self.plain = self._says("hello #cats, @reader \u2028 <b> https://example.org/(a)")
        self.hidden = self._says("behind", spoiler_text="a warning", language="en")
        self.private = self._says("to followers", visibility="private")
        self.reply = self._says("answer", in_reply_to_id=self.plain.pk)
        shown = says(self.other, "shown by another")
        self.reblog = Status.objects.create(
            account_id=self.author, text="", reblog_of=shown, visibility="public", root_id=shown.pk
        )
        self.quote = self._says("look at this")
        Status.objects.filter(pk=self.quote.pk).update(quote_of=shown, quote_state="accepted")
        asked = self._says("which?")
        poll = Poll.objects.create(
            status=asked, options=["a", "b"], counts=[1, 0], voters_count=1, expires_at=timezone.now()
        )
        PollVote.objects.create(poll=poll, account_id=self.reader, choice=0)
        Favourite.objects.create(account_id=self.reader, status=shown)
        self.own = says(self.reader, "mine")
        self.same()
        for status_id in Status.objects.order_by("pk").values_list("pk", flat=True):
            fan_out(status_id)

    def _says(self, text: str, **more: Any) -> Status:
        return says(self.author, text, **more)

    def same(self, query: str = "", *headers: tuple[str, str]) -> bytes:
        """The body, after seeing that both give it, with the same headers."""
        asked = (*self.headers, *headers)
        theirs = hear(django, HOME + query, *asked)
        ours = hear(hot, HOME + query, *asked)
        assert (ours.status, ours.headers, ours.body) == (theirs.status, theirs.headers, theirs.body)
        assert ours.remaining == theirs.remaining - 1
        return ours.body

    def shows(self, status: Status) -> bool:
        """Whether the status stands in home, on which both agree."""
        return f'"id":"{status.pk}"'.encode() in self.same()


def test_both_ways_give_the_same_bytes_and_headers() -> None:
    """Content, polls, reblogs, quotes, pages and their Link headers, CORS."""
    world = World()
    body = world.same()
    assert body.count(b'"uri"') > 10
    assert world.same("", ("origin", "https://client.example")) == body
    for query in (
        "?limit=2",
        f"?limit=3&max_id={world.reblog.pk}",
        f"?min_id={world.plain.pk}&limit=2",
        f"?since_id={world.hidden.pk}",
        "?max_id=1",
        "?limit=9999",
        f"?max_id={(1 << 63) - 1}",
    ):
        world.same(query)


def test_what_may_no_longer_be_seen_is_gone_with_the_next_read() -> None:
    """Although Redis still proposes it, and holds it rendered."""
    world = World()
    assert all(world.shows(one) for one in (world.plain, world.hidden, world.private, world.reblog, world.quote))
    delete_status(account_id=world.author, status_id=world.plain.pk)
    assert not world.shows(world.plain)
    withhold_status(status_id=world.hidden.pk, notice=None)
    assert not world.shows(world.hidden)
    Status.objects.filter(pk=world.private.pk).update(visibility="direct")
    assert not world.shows(world.private)
    restrict_account(account_id=world.other, restriction="suspended", notice=None)
    assert b"shown by another" not in world.same()
    assert world.shows(world.quote)
    restrict_account(account_id=world.author, restriction="suspended", notice=None)
    assert not world.shows(world.quote)
    restrict_account(account_id=world.author, restriction="", notice=None)
    assert world.shows(world.quote)
    # Without the operations, which also drop the timeline: what Redis proposes is not believed.
    for kept_apart in (Mute, Block):
        row = kept_apart.objects.create(source_id=world.reader, target_id=world.author)
        assert not world.shows(world.quote)
        row.delete()
        assert world.shows(world.quote)
    Follow.objects.all().delete()
    assert world.same().count(b'"uri"') == 2


def test_a_change_shows_with_the_next_read() -> None:
    """Of a status, of its author, of a poll, and of what the reader did; nothing was told to forget."""
    world = World()
    world.same()
    Status.objects.filter(pk=world.hidden.pk).update(text="quite another text", favourites_count=7)
    assert b"quite another text" in world.same()
    Profile.objects.filter(pk=world.author).update(display_name="Somebody Else")
    assert b"Somebody Else" in world.same()
    Poll.objects.update(counts=[41, 1])
    assert b'"votes_count":42' in world.same()
    Favourite.objects.all().delete()
    assert b'"favourited":true' not in world.same()


def test_everything_else_is_left_to_django() -> None:
    """Refusals above all: a token that is unknown, revoked, too narrow or of nobody; and all that is not plain."""
    world = World()
    world.same()
    narrow = ("authorization", f"Bearer {token_of(world.reader, 'read:accounts')}")
    good = world.headers[0]
    left = (
        (HOME, ()),
        (HOME, (("authorization", "Bearer nonsense"),)),
        (HOME, (("authorization", "Basic nonsense"),)),
        (HOME, (narrow,)),
        (HOME, (good, ("host", "evil.example"))),
        (HOME, (good, ("accept", "text/html"))),
        (HOME, (good, ("content-length", "2"))),
        (HOME + "?limit=x", (good,)),
        (HOME + "?limit=0", (good,)),
        (HOME + "?limit=1&limit=2", (good,)),
        (HOME + "?max_id=-1", (good,)),
        (HOME + "?format=api", (good,)),
    )
    for path, headers in left:
        assert hear(hot, path, *headers).status == 599, (path, headers)
    assert hear(hot, HOME, good, method="POST").status == 599
    Filter.objects.create(account_id=world.reader, title="marks what it matches")
    assert hear(hot, HOME, good).status == 599
    Filter.objects.all().delete()
    assert hear(hot, HOME, good).status == 200
    # An author whom very many follow: what they say is looked up when home is read, and is not in Redis.
    Status.objects.filter(pk=world.plain.pk).update(merged_at_read=True)
    assert hear(hot, HOME, good).status == 599
    Status.objects.update(merged_at_read=False)
    Token.objects.all().delete()
    assert hear(hot, HOME, good).status == 599


def test_round_trips_do_not_grow_with_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 statuses cost as many as 40: two to PostgreSQL and one to Redis where the parts are at hand."""
    world = World()
    for number in range(45):
        fan_out(says(world.author, f"number {number}").pk)
    trips = {"PostgreSQL": 0, "Redis": 0}
    execute, send = checking.execute, redis.connection.AbstractConnection.send_packed_command

    def counted(*given: Any) -> Any:
        trips["PostgreSQL"] += 1
        return execute(*given)

    def sent(*given: Any, **more: Any) -> Any:
        trips["Redis"] += 1
        return send(*given, **more)  # type: ignore[no-untyped-call]  # redis publishes it without types

    world.same("?limit=40")
    monkeypatch.setattr("feed.queries.hot.checking.execute", counted)
    monkeypatch.setattr("feed.queries.hot.tokens.execute", counted)
    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", sent)
    for limit in (20, 40):
        hear(hot, f"{HOME}?limit={limit}", *world.headers)
        trips.update({"PostgreSQL": 0, "Redis": 0})
        assert hear(hot, f"{HOME}?limit={limit}", *world.headers).body.count(b'"uri"') == 2 * limit
        assert trips == {"PostgreSQL": 2, "Redis": 1}
        kept.STATUSES.forget_here()
        kept.AUTHORS.forget_here()
        trips.update({"PostgreSQL": 0, "Redis": 0})
        hear(hot, f"{HOME}?limit={limit}", *world.headers)
        assert trips == {"PostgreSQL": 2, "Redis": 3}

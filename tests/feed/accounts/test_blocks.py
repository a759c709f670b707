"""Blocks and mutes: what they end, whom they hide from whom, and that they act at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.pagination import Page
from common.problems import NotAllowed, Problem
from feed.jobs.end_mutes import end_mutes
from feed.jobs.fan_out import fan_out
from feed.models import Block, Follow, Mute, Notice, Profile, Status
from feed.operations.blocks import block, unblock
from feed.operations.follows import follow
from feed.operations.mutes import mute, unmute
from feed.operations.statuses import post_status
from feed.queries.audience import whose_home_has, whose_timelines_may_have
from feed.queries.home_timeline import home_timeline
from feed.queries.relationships import relationships
from identity.models import Credential
from tests.feed.people import Caller, client_of, people

pytestmark = pytest.mark.django_db(transaction=True)


def _home(account_id: int) -> list[int]:
    return [one.pk for one in home_timeline(account_id=account_id, page=Page(limit=20))]


def _said(account_id: int, text: str = "words", **more: object) -> int:
    status = post_status(account_id=account_id, text=text, **more)  # type: ignore[arg-type]  # options as given
    fan_out(status.pk)
    return status.pk


def test_a_block_ends_what_was_between_the_two() -> None:
    """Follows, requests, counts and notices; taken back, nothing of it comes again."""
    one, other = people("one", "other")
    follow(source_id=one, target_id=other)
    follow(source_id=other, target_id=one)
    block(source_id=one, target_id=other)
    block(source_id=one, target_id=other)
    assert not Follow.objects.exists()
    assert not Notice.objects.exists()
    assert set(Profile.objects.values_list("followers_count", "following_count")) == {(0, 0)}
    for source, target in ((one, other), (other, one)):
        with pytest.raises(NotAllowed, match="This action is not allowed"):
            follow(source_id=source, target_id=target)
    unblock(source_id=one, target_id=other)
    assert not Follow.objects.exists()
    follow(source_id=other, target_id=one)


def test_the_blocked_see_nothing_and_the_blocker_may_still_look() -> None:
    """As Mastodon: 404 and empty lists for the blocked; timelines and threads are kept apart both ways."""
    one, other, third = people("one", "other", "third")
    theirs, reply = _said(one), _said(other)
    answer = _said(other, "a reply", in_reply_to_id=_said(third, "top"))
    blocker, blocked = client_of(one), client_of(other)
    blocker.post(f"/api/v1/accounts/{other}/block")
    blocked.get(f"/api/v1/statuses/{theirs}", expect=404)
    assert blocked.get(f"/api/v1/accounts/{one}/statuses") == []
    assert blocked.get(f"/api/v1/accounts/{one}/followers") == []
    assert blocked.get(f"/api/v1/accounts/{one}")["username"] == "one"
    assert blocked.get("/api/v1/accounts/relationships", id=one)[0]["blocked_by"] is True
    assert blocker.get(f"/api/v1/statuses/{reply}")["id"] == str(reply)
    seen = [
        {row["account"]["username"] for row in caller.get("/api/v1/timelines/public")} for caller in (blocker, blocked)
    ]
    assert seen == [{"one", "third"}, {"other", "third"}]
    assert {row["account"]["username"] for row in Caller().get("/api/v1/timelines/public")} == {"one", "other", "third"}
    top = Status.objects.get(pk=answer).in_reply_to_id
    assert blocker.get(f"/api/v1/statuses/{top}/context")["descendants"] == []
    assert len(client_of(third).get(f"/api/v1/statuses/{top}/context")["descendants"]) == 1


def test_home_timelines_in_redis_are_affected_at_once() -> None:
    """Blocks, mutes and what is reblogged or mentioned of them: out with the next read, and back when they are taken back."""
    one, other, friend = people("one", "other", "friend")
    for target in (other, friend):
        follow(source_id=one, target_id=target)
    assert _home(one) == []
    first = _said(other)
    about = _said(friend, "about @other")
    boost = Status.objects.create(account_id=friend, text="", reblog_of_id=first, visibility="public")
    fan_out(boost.pk)
    assert _home(one) == [boost.pk, about, first]
    mute(source_id=one, target_id=other)
    assert _home(one) == []
    assert whose_home_has(first, [one]) == whose_timelines_may_have(first, [one]) == set()
    unmute(source_id=one, target_id=other)
    assert _home(one) == [boost.pk, about, first]
    block(source_id=other, target_id=one)
    assert _home(one) == [about]
    assert whose_timelines_may_have(boost.pk, [one]) == set()
    unblock(source_id=other, target_id=one)
    assert _home(one) == [boost.pk, about]


def test_a_mute_ends_at_its_time() -> None:
    """Reads do not wait for the sweep; the sweep brings back what was hidden."""
    one, other = people("one", "other")
    follow(source_id=one, target_id=other)
    said = _said(other)
    caller = client_of(one)
    muted = caller.post(f"/api/v1/accounts/{other}/mute", duration=3600, notifications=False)
    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    assert muted["muting_expires_at"] == caller.get("/api/v1/mutes")[0]["mute_expires_at"]
    assert _home(one) == []
    Mute.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert caller.get("/api/v1/accounts/relationships", id=other)[0]["muting"] is False
    assert caller.get("/api/v1/mutes") == []
    assert end_mutes() == 1
    assert end_mutes() == 0
    assert _home(one) == [said]
    wrong: tuple[object, ...] = ("never", "1e9", [], -1, 10**15)
    for duration in wrong:
        caller.post(f"/api/v1/accounts/{other}/mute", expect=422, duration=duration)


def test_a_mute_takes_its_notices_along_and_is_not_told() -> None:
    one, other = people("one", "other")
    follow(source_id=other, target_id=one)
    caller = client_of(one)
    assert len(caller.get("/api/v1/notifications")) == 1
    caller.post(f"/api/v1/accounts/{other}/mute")
    assert caller.get("/api/v1/notifications") == []
    relation = client_of(other).get("/api/v1/accounts/relationships", id=one)[0]
    assert (relation["following"], relation["muting"], relation["blocked_by"]) == (True, False, False)


def test_lists_of_blocks_and_mutes_page_by_their_links() -> None:
    one, *others = people("one", *(f"other_{number}" for number in range(5)))
    caller = client_of(one)
    for name, path in (("block", "/api/v1/blocks"), ("mute", "/api/v1/mutes")):
        for other in others:
            caller.post(f"/api/v1/accounts/{other}/{name}")
        seen: list[str] = []
        page, links = caller.get(path, limit=2), caller.links(path, limit=2)
        while page:
            seen += [row["id"] for row in page]
            page, links = caller.get(links["next"]), caller.links(links["next"])
        assert seen == [str(other) for other in reversed(others)]


def test_whoever_is_not_admitted_may_block_and_mute() -> None:
    """It concerns oneself; the gate is for what others see."""
    one, other = people("one", "other")
    Credential.objects.filter(account_id=one).update(ended_at=timezone.now())
    caller = client_of(one)
    assert caller.post(f"/api/v1/accounts/{other}/block")["blocking"] is True
    assert caller.post(f"/api/v1/accounts/{other}/mute")["muting"] is True
    caller.post(f"/api/v1/accounts/{other}/follow", expect=403)
    caller.post("/api/v1/accounts/1/block", expect=404)
    assert caller.post(f"/api/v1/accounts/{one}/block")["blocking"] is False
    assert not Block.objects.filter(target_id=one).exists()


def test_follow_options_change_alone_and_languages_filter_home() -> None:
    """What is not given stays; a status that names no language is in every one."""
    one, other = people("one", "other")
    caller = client_of(one)
    asked = caller.post(f"/api/v1/accounts/{other}/follow", reblogs=False, notify=True, languages=["de"])
    assert (asked["showing_reblogs"], asked["notifying"], asked["languages"]) == (False, True, ["de"])
    english, german, unnamed = (_said(other, language=language) for language in ("en", "de", ""))
    assert _home(one) == [unnamed, german]
    assert whose_home_has(english, [one]) == set()
    again = caller.post(f"/api/v1/accounts/{other}/follow", languages=[])
    assert (again["showing_reblogs"], again["notifying"], again["languages"]) == (False, True, None)
    assert _home(one) == [unnamed, german, english]
    caller.post(f"/api/v1/accounts/{other}/follow", expect=422, languages=["no language"])
    caller.post(f"/api/v1/accounts/{one}/follow", expect=403)


def test_a_locked_account_is_asked_with_the_same_options() -> None:
    one, other = people("one", "other")
    Profile.objects.filter(pk=other).update(locked=True)
    asked = client_of(one).post(f"/api/v1/accounts/{other}/follow", notify=True)
    assert (asked["following"], asked["requested"], asked["notifying"]) == (False, True, True)
    answered = client_of(other).post(f"/api/v1/follow_requests/{one}/authorize")
    assert answered["followed_by"] is True
    assert relationships(source_id=one, target_ids=[other])[0].own.notify is True  # type: ignore[union-attr]  # it is there


def test_notes_are_for_oneself() -> None:
    one, other = people("one", "other")
    caller = client_of(one)
    assert caller.post(f"/api/v1/accounts/{other}/note", comment="met in May")["note"] == "met in May"
    assert client_of(other).get("/api/v1/accounts/relationships", id=one)[0]["note"] == ""
    assert caller.get("/api/v1/accounts/relationships", id=other)[0]["note"] == "met in May"
    caller.post(f"/api/v1/accounts/{other}/note", expect=422, comment="x" * 2001)
    caller.post(f"/api/v1/accounts/{other}/note", expect=422, comment="\0")
    assert caller.post(f"/api/v1/accounts/{other}/note")["note"] == ""


def test_familiar_followers_are_those_one_follows_and_who_show_it() -> None:
    one, friend, hiding, stranger, target = people("one", "friend", "hiding", "stranger", "target")
    for source, followed in ((one, friend), (one, hiding), (friend, target), (hiding, target), (stranger, target)):
        follow(source_id=source, target_id=followed)
    Profile.objects.filter(pk=hiding).update(hide_collections=True)
    caller = client_of(one)
    found = caller.get(f"/api/v1/accounts/familiar_followers?id[]={target}&id[]={friend}&id[]=1")
    assert [(row["id"], [each["username"] for each in row["accounts"]]) for row in found] == [
        (str(target), ["friend"]),
        (str(friend), []),
    ]
    assert [row["username"] for row in caller.get(f"/api/v1/accounts/{target}/followers")] == [
        "stranger",
        "hiding",
        "friend",
    ]
    assert Caller().get(f"/api/v1/accounts/{hiding}/following") == []
    assert len(client_of(hiding).get(f"/api/v1/accounts/{hiding}/following")) == 1


def test_relationships_cost_the_same_for_many() -> None:
    """A query for each account would grow with the list."""
    one, *others = people("one", *(f"other_{number}" for number in range(6)))
    counts = []
    for number in (2, 6):
        with CaptureQueriesContext(connection) as queries:
            assert len(relationships(source_id=one, target_ids=others[:number])) == number
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_a_mute_outside_its_bounds_is_named() -> None:
    one, other = people("one", "other")
    with pytest.raises(Problem) as refusal:
        mute(source_id=one, target_id=other, seconds=10**12)
    assert refusal.value.field == "duration"


def test_followers_who_asked_are_told_of_each_status_once() -> None:
    """Not of reblogs and replies to others, and not whoever keeps a distance; a job run twice tells once."""
    author, asked, muting, other = people("author", "asked", "muting", "other")
    for reader in (asked, muting, other):
        follow(source_id=reader, target_id=author, notify=reader != other)
    mute(source_id=muting, target_id=author)
    said = _said(author)
    fan_out(said)
    _said(author, "a reply", in_reply_to_id=_said(other))
    boost = Status.objects.create(account_id=author, text="", reblog_of_id=said, visibility="public")
    fan_out(boost.pk)
    told = Notice.objects.filter(kind=Notice.Kind.STATUS).values_list("account_id", "status_id")
    assert set(told) == {(asked, said)}

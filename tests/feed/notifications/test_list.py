"""The list, its end, and whose notifications come into it."""

import datetime as dt

import pytest
from django.utils import timezone

from feed.jobs.notices import notify
from feed.models import Block, Mute, Notice, ThreadMute
from tests.feed.calling import Someone, someone
from tests.feed.notifications.notices import V1, V2, all_favour, kinds

pytestmark = pytest.mark.django_db


def test_types_senders_and_ends_of_a_list(ada: Someone, bob: Someone) -> None:
    """`types[]`, `exclude_types[]` and `account_id` narrow the list, and the next page keeps all of them."""
    bob.follow(ada)
    for number in range(3):
        bob.say(f"@{ada.name} {number}")
    assert kinds(ada) == ["mention"] * 3 + ["follow"]
    assert kinds(ada, **{"types[]": "follow"}) == ["follow"]
    assert kinds(ada, **{"exclude_types[]": ["mention", "reblog"]}) == ["follow"]
    assert kinds(ada, account_id=str(ada.id)) == []
    page = ada.client.get(f"{V1}?types[]=mention&types[]=poll&limit=2")
    assert page["Link"].count("types%5B%5D=mention&types%5B%5D=poll") == 2
    ids = [one["id"] for one in ada.get(V1)]
    assert [one["id"] for one in ada.get(V1, max_id=ids[1], limit=1)] == [ids[2]]


def test_one_is_read_dismissed_and_all_are_cleared(ada: Someone, bob: Someone) -> None:
    """What is dismissed is gone for good; somebody else's is not there."""
    for number in range(3):
        bob.say(f"@{ada.name} {number}")
    first, second, third = (one["id"] for one in ada.get(V1))
    assert ada.get(f"{V1}/{first}")["type"] == "mention"
    assert bob.client.get(f"{V1}/{first}").status_code == 404
    assert bob.post(f"{V1}/{first}/dismiss").status_code == 404
    assert ada.post(f"{V1}/{first}/dismiss").json() == {}
    assert ada.post(f"{V1}/dismiss", id=second).status_code == 200
    assert [one["id"] for one in ada.get(V1)] == [third]
    assert ada.post(f"{V1}/clear").json() == {}
    assert ada.get(V1) == []


def test_unread_ones_are_those_above_the_marker(ada: Someone, bob: Someone) -> None:
    """Counted up to a limit; the marker moves the count in both versions."""
    status = ada.say("look")
    all_favour(status, bob, someone(), someone())
    bob.say(f"@{ada.name}")
    assert ada.get(f"{V1}/unread_count") == {"count": 4}
    assert ada.get(f"{V1}/unread_count", limit=2) == {"count": 2}
    assert ada.get(f"{V2}/unread_count") == {"count": 2}
    assert ada.get(f"{V2}/unread_count", **{"grouped_types[]": "follow"}) == {"count": 4}
    newest = ada.get(V1)[0]["id"]
    ada.post("/api/v1/markers", notifications={"last_read_id": newest})
    assert ada.get(f"{V1}/unread_count") == ada.get(f"{V2}/unread_count") == {"count": 0}


@pytest.mark.parametrize("direction", ["blocks", "is blocked"])
def test_a_block_drops_in_both_directions_and_hides_what_was_there(ada: Someone, bob: Someone, direction: str) -> None:
    """Neither hears of the other again."""
    status = ada.say("before")
    all_favour(status, bob)
    pair = (ada.id, bob.id) if direction == "blocks" else (bob.id, ada.id)
    Block.objects.create(source_id=pair[0], target_id=pair[1])
    assert ada.get(V1) == [] and ada.get(V2)["notification_groups"] == []
    assert notify([Notice(account_id=ada.id, kind="mention", from_account_id=bob.id, status_id=status)]) == []


def test_a_mute_hides_notifications_where_it_says_so_and_until_it_ends(ada: Someone, bob: Someone) -> None:
    """A mute that keeps notifications lets them through, and so does one that has ended."""
    follow = {"account_id": ada.id, "kind": "follow", "from_account_id": bob.id}
    mute = Mute.objects.create(source_id=ada.id, target_id=bob.id)
    assert notify([Notice(**follow)]) == []
    Mute.objects.filter(pk=mute.pk).update(hide_notifications=False)
    assert len(notify([Notice(**follow)])) == 1
    Mute.objects.filter(pk=mute.pk).update(hide_notifications=True, expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert len(notify([Notice(**follow)])) == 1 and len(ada.get(V1)) == 2


def test_a_muted_thread_is_silent_however_deep(ada: Someone, bob: Someone) -> None:
    """Replies, favourites and mentions below the first status say nothing more; other threads do."""
    root = ada.say("the beginning")
    reply = bob.say(f"@{ada.name} yes", in_reply_to_id=root)
    ThreadMute.objects.create(account_id=ada.id, status_id=root)
    bob.say(f"@{ada.name} and yes", in_reply_to_id=reply)
    all_favour(root, bob)
    assert len(ada.get(V1)) == 1
    bob.say(f"@{ada.name} elsewhere")
    assert len(ada.get(V1)) == 2


def test_nobody_is_told_of_what_they_did_themselves(ada: Someone) -> None:
    """But that their poll has ended, they are."""
    status = ada.say("mine")
    own = {"account_id": ada.id, "from_account_id": ada.id, "status_id": status}
    assert [one.kind for one in notify([Notice(kind=kind, **own) for kind in ("favourite", "poll")])] == ["poll"]

"""Notifications: whose come through, how they are counted and grouped, and what a person does with them."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feed.jobs.notices import notify
from feed.models import Block, Follow, Mute, Notice, NotificationPolicy, Profile, Status, ThreadMute
from feed.operations.favourites import favourite
from identity.models import Account
from tests.feed.calling import Someone, someone

pytestmark = pytest.mark.django_db
V1, V2 = "/api/v1/notifications", "/api/v2/notifications"


@pytest.fixture
def ada() -> Someone:
    return someone("ada")


@pytest.fixture
def bob() -> Someone:
    return someone("bob")


def _kinds(who: Someone, **asked: Any) -> list[str]:
    return [one["type"] for one in who.get(V1, **asked)]


def _favours(status_id: int, *people: Someone) -> None:
    for one in people:
        favourite(account_id=one.id, status_id=status_id)


def _older(account: Someone, days: int = 60) -> None:
    Account.objects.filter(pk=account.id).update(date_joined=timezone.now() - dt.timedelta(days=days))


def test_types_senders_and_ends_of_a_list(ada: Someone, bob: Someone) -> None:
    """`types[]`, `exclude_types[]` and `account_id` narrow the list, and the next page keeps all of them."""
    bob.follow(ada)
    for number in range(3):
        bob.say(f"@{ada.name} {number}")
    assert _kinds(ada) == ["mention"] * 3 + ["follow"]
    assert _kinds(ada, **{"types[]": "follow"}) == ["follow"]
    assert _kinds(ada, **{"exclude_types[]": ["mention", "reblog"]}) == ["follow"]
    assert _kinds(ada, account_id=str(ada.id)) == []
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
    _favours(status, bob, someone(), someone())
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
    _favours(status, bob)
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
    _favours(root, bob)
    assert len(ada.get(V1)) == 1
    bob.say(f"@{ada.name} elsewhere")
    assert len(ada.get(V1)) == 2


def test_nobody_is_told_of_what_they_did_themselves(ada: Someone) -> None:
    """But that their poll has ended, they are."""
    status = ada.say("mine")
    own = {"account_id": ada.id, "from_account_id": ada.id, "status_id": status}
    assert [one.kind for one in notify([Notice(kind=kind, **own) for kind in ("favourite", "poll")])] == ["poll"]


POLICIES = [
    "for_not_following",
    "for_not_followers",
    "for_new_accounts",
    "for_private_mentions",
    "for_limited_accounts",
]


@pytest.mark.parametrize("part", POLICIES)
@pytest.mark.parametrize("choice", ["filter", "drop"])
def test_each_part_of_the_policy_holds_back_or_drops(ada: Someone, bob: Someone, part: str, choice: str) -> None:
    """And lets through whom it does not mean."""
    others = dict.fromkeys(POLICIES, "accept")
    answer = ada.client.patch(f"{V2}/policy", {**others, part: choice}, format="json").json()
    assert {name: answer[name] for name in POLICIES} == {**others, part: choice}
    direct = "direct" if part == "for_private_mentions" else "public"
    if part == "for_limited_accounts":
        Profile.objects.filter(pk=bob.id).update(restriction=Profile.Restriction.LIMITED)
    bob.say(f"@{ada.name} hello", visibility=direct)
    assert ada.get(V1) == []
    assert len(ada.get(V1, include_filtered="true")) == (1 if choice == "filter" else 0)

    known = someone("known")
    _older(known)
    ada.follow(known)
    known.follow(ada)
    Follow.objects.filter(source_id=known.id).update(at=timezone.now() - dt.timedelta(days=4))
    known.say(f"@{ada.name} hello", visibility=direct)
    assert ada.get(V1)[0]["account"]["id"] == str(known.id)


def test_an_answer_in_private_is_no_unasked_private_mention(ada: Someone, bob: Someone) -> None:
    """Who was written to may answer, whatever the policy says of strangers' private mentions."""
    asked = ada.say(f"@{bob.name} a question", visibility="direct")
    bob.say(f"@{ada.name} an answer", visibility="direct", in_reply_to_id=asked)
    assert _kinds(ada) == ["mention"]


def test_the_old_policy_says_yes_and_no(ada: Someone) -> None:
    """The first version of the address and the second show one policy."""
    answer = ada.client.put(f"{V1}/policy", {"filter_not_following": True}, format="json").json()
    assert answer["filter_not_following"] is True and answer["filter_private_mentions"] is True
    assert ada.get(f"{V2}/policy")["for_not_following"] == "filter"
    refused = ada.client.patch(f"{V2}/policy", {"for_new_accounts": "perhaps"}, format="json")
    assert refused.status_code == 422 and "accept, filter, drop" in refused.json()["error"]


def test_a_request_is_accepted_and_its_sender_comes_through_from_then_on(ada: Someone, bob: Someone) -> None:
    """What was held back is shown; the next comes at once; the summary counts what waits."""
    NotificationPolicy.objects.create(account_id=ada.id, for_not_following="filter")
    other = someone("other")
    last = [bob.say(f"@{ada.name} {number}") for number in range(2)][-1]
    other.say(f"@{ada.name} too")
    waiting = ada.get(f"{V1}/requests")
    assert {one["account"]["id"]: one["notifications_count"] for one in waiting} == {
        str(bob.id): "2",
        str(other.id): "1",
    }
    assert ada.get(f"{V2}/policy")["summary"] == {"pending_requests_count": 2, "pending_notifications_count": 3}
    one = ada.get(f"{V1}/requests/{bob.id}")
    assert one["last_status"]["id"] == str(last) and one["id"] == str(bob.id)
    assert len(ada.get(f"{V1}/requests", limit=1)) == 1

    assert ada.post(f"{V1}/requests/{bob.id}/accept").json() == {}
    assert ada.get(f"{V1}/requests/merged") == {"merged": True}
    assert len(ada.get(V1)) == 2
    bob.say(f"@{ada.name} again")
    assert len(ada.get(V1)) == 3

    assert ada.post(f"{V1}/requests/dismiss", id=[str(other.id)]).json() == {}
    assert ada.get(f"{V1}/requests") == [] and len(ada.get(V1, include_filtered="true")) == 3
    other.say(f"@{ada.name} once more")
    assert len(ada.get(f"{V1}/requests")) == 1
    assert ada.post(f"{V1}/requests/accept", id=[str(bob.id)]).status_code == 404


def test_what_many_did_to_one_status_is_one_group(ada: Someone, bob: Someone) -> None:
    """With the newest first among samples, and each account and status once."""
    status = ada.say("look")
    crowd = [someone() for _ in range(9)]
    _favours(status, *crowd)
    bob.say(f"@{ada.name}")
    found = ada.get(V2)
    mention, favours = found["notification_groups"]
    assert (mention["type"], mention["notifications_count"]) == ("mention", 1)
    assert mention["group_key"] == f"ungrouped-{mention['most_recent_notification_id']}"
    assert (favours["type"], favours["notifications_count"]) == ("favourite", 9)
    assert favours["sample_account_ids"] == [str(one.id) for one in crowd[::-1][:8]]
    assert favours["status_id"] == str(status)
    assert int(favours["page_min_id"]) < int(favours["page_max_id"]) == favours["most_recent_notification_id"]
    assert {one["id"] for one in found["statuses"]} == {str(status), mention["status_id"]}
    assert len(found["accounts"]) == 9

    partial = ada.get(V2, expand_accounts="partial_avatars")
    assert len(partial["accounts"]) == 2 and len(partial["partial_accounts"]) == 7
    assert "note" not in partial["partial_accounts"][0]
    key = favours["group_key"]
    single = ada.get(f"{V2}/{key}")["notification_groups"][0]
    assert single["notifications_count"] == 9 and "page_min_id" not in single
    assert [one["id"] for one in ada.get(f"{V2}/{key}/accounts")] == [str(one.id) for one in crowd[::-1]]
    assert {one["group_key"] for one in ada.get(V1, **{"types[]": "favourite"})} == {key}
    assert bob.client.get(f"{V2}/{key}").status_code == bob.client.get(f"{V2}/nothing").status_code == 404
    assert ada.post(f"{V2}/{key}/dismiss").json() == {}
    assert [one["type"] for one in ada.get(V2)["notification_groups"]] == ["mention"]
    assert ada.post(f"{V2}/{mention['group_key']}/dismiss").status_code == 200
    assert ada.get(V1) == []


def test_pages_of_groups_reach_every_group(ada: Someone) -> None:
    """Following `next` to its end; a client that groups nothing has each by itself; a later half day is another group."""
    statuses = [ada.say(str(number)) for number in range(3)]
    people = [someone() for _ in range(3)]
    for one in people:
        for status in statuses:
            favourite(account_id=one.id, status_id=status)
    found, asked = [], {"limit": 2}
    while groups := ada.get(V2, **asked)["notification_groups"]:
        found += [group["status_id"] for group in groups]
        asked["max_id"] = groups[-1]["most_recent_notification_id"]
        assert len(found) < 20
    assert found[:2] == [str(statuses[2]), str(statuses[1])] and set(found) == {str(one) for one in statuses}
    alone = ada.get(V2, **{"grouped_types[]": "reblog"})["notification_groups"]
    assert len(alone) == 9 and all(group["group_key"].startswith("ungrouped-") for group in alone)
    lowest = ada.get(V1)[-1]["id"]
    newer = ada.get(V2, min_id=lowest, limit=1)["notification_groups"]
    assert len(newer) == 1

    old = int(timezone.now().timestamp()) // 3600 - 13
    Notice.objects.filter(status_id=statuses[0]).update(group_key=f"favourite-{statuses[0]}-{old}")
    _favours(statuses[0], someone())
    assert len(ada.get(V2)["notification_groups"]) == 4


def test_a_page_costs_the_same_however_long_it_is(ada: Someone) -> None:
    """In both versions, with statuses and groups on it."""

    def cost(path: str, limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ada.get(path, limit=limit)
        return len(queries)

    people = [someone() for _ in range(3)]
    for number in range(12):
        status = ada.say(str(number))
        _favours(status, *people[:2])
        people[2].say(f"@{ada.name} {number}")
    for path in (V1, V2):
        ada.get(path)
        assert cost(path, 4) == cost(path, 12)


def test_writing_notices_costs_the_same_for_one_as_for_many(ada: Someone, bob: Someone) -> None:
    """A post with many mentions asks for all of their rules at once."""
    status = bob.say("hello")
    people = [someone() for _ in range(6)]

    def cost(receivers: list[Someone]) -> int:
        rows = [
            Notice(account_id=one.id, kind="mention", from_account_id=bob.id, status_id=status) for one in receivers
        ]
        with CaptureQueriesContext(connection) as queries:
            notify(rows)
        return len(queries)

    assert cost(people[:1]) == cost(people)


def test_a_notice_without_its_status_spoils_no_page(ada: Someone, bob: Someone) -> None:
    """A client may crash over one malformed entry: it is left out, and the rest is there."""
    bob.follow(ada)
    Notice.objects.create(account_id=ada.id, kind="favourite", from_account_id=bob.id)
    gone = bob.say(f"@{ada.name}")
    Status.objects.filter(pk=gone).update(deleted_at=timezone.now())
    assert _kinds(ada) == ["follow"]
    assert [group["type"] for group in ada.get(V2)["notification_groups"]] == ["follow"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (V1, {"types[]": "\0nothing"}),
        (V1, {"account_id": "9" * 30}),
        (V2, {"grouped_types[]": ["follow"] * 200}),
        (V2, {"expand_accounts": "all"}),
        (f"{V2}/ungrouped-99999999999999999999", {}),
        (f"{V2}/ungrouped-x", {}),
        (f"{V1}/99999999999999999999", {}),
        (f"{V1}/requests/12", {}),
        (f"{V1}/unread_count", {"limit": "many"}),
    ],
)
def test_garbage_is_refused_with_a_sentence(ada: Someone, path: str, asked: dict[str, Any]) -> None:
    """And with no server error."""
    answer = ada.client.get(path, asked)
    assert answer.status_code in {200, 400, 404, 422}
    assert answer.status_code == 200 or "error" in answer.json()
